import '@cxr-ifa/testing/setup';
