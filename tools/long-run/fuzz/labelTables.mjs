// Label files in every format that is read. Rows are made up, except where the publisher's own file is at hand.
import { CHEXPERT_FINDINGS, chexpertRecords, decodeRunLength, mimicRecords, nihRecords, plainCsvRecords, readTable, rsnaRecords, siimRecords, vindrRecords } from '@cxr-ifa/datasets';

const NIH = `Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]
00000001_000.png,Cardiomegaly,0,1,57,M,PA,2682,2749,0.143,0.143
00000001_001.png,Cardiomegaly|Emphysema,1,1,058Y,M,PA,2894,2729,0.143,0.143
00000002_000.png,No Finding,0,2,80,F,AP,2500,2048,0.171,0.171`;
const NIH_BOXES = `Image Index,Finding Label,Bbox [x,y,w,h],,,
00000001_000.png,Atelectasis,225.08,547.01,86.77,79.18,,,
00000001_001.png,Infiltrate,86.1,131.5,185.4,313.4,,,`;
const NIH_LIST = '00000001_000.png\n00000001_001.png\n';
const PLAIN = `file,source,patient_id,labels,view,sex,age,suggested_split
a/1.png,x,p1,Effusion|Mass,PA,M,45,train
a/2.png,x,p2,No Finding,AP,F,3.5,test
a/3.png,y,p3,,PA,M,,val`;
const WIDE = `path,person,Edema,Mass,Fracture
1.png,a,1,0,-1
2.png,b,,1.0,0.0
3.png,c,-1.0,0,1`;
const CHEXPERT = `Path,Sex,Age,Frontal/Lateral,AP/PA,${CHEXPERT_FINDINGS.join(',')}
CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,1.0,,,,,,,,,0.0,,,,1.0
CheXpert-v1.0-small/train/patient00002/study2/view2_lateral.jpg,Male,87,Lateral,,,,-1.0,1.0,,-1.0,-1.0,,-1.0,,-1.0,,1.0,`;
const CHEXPERT_STUDIES = `Study,${CHEXPERT_FINDINGS.join(',')}
CheXpert-v1.0/test/patient64741/study1,0.0,1.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0`;
const MIMIC = `dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns
02aa804e-bde0afdd,10000032,50414267,CHEST (PA AND LAT),PA,3056,2544
174413ec-4ec4c1f7,10000032,50414267,CHEST (PA AND LAT),LATERAL,3056,2544
2a2277a9-b0ded155,10000764,53189527,CHEST (PORTABLE AP),AP,3056,2544`;
const MIMIC_LABELS = `subject_id,study_id,Atelectasis,Edema,No Finding
10000032,50414267,,,1.0
10000764,53189527,-1.0,0.0,`;
const MIMIC_SPLIT = `dicom_id,study_id,subject_id,split
02aa804e-bde0afdd,50414267,10000032,train
174413ec-4ec4c1f7,50414267,10000032,train
2a2277a9-b0ded155,53189527,10000764,test`;
const VINDR = `image_id,rad_id,class_name,x_min,y_min,x_max,y_max
50a418190bc3fb1ef1633bf9678929b3,R11,No finding,,,,
21a10246a5ec7af151081d0cd6d65dc9,R7,Cardiomegaly,691.5,1375.0,1653.2,1831.1
21a10246a5ec7af151081d0cd6d65dc9,R9,Aortic enlargement,1264.7,743.5,1611.1,1019.5`;
const VINDR_LABELS = `image_id,rad_ID,Aortic enlargement,Cardiomegaly,No finding
50a418190bc3fb1ef1633bf9678929b3,R11,0,0,1
21a10246a5ec7af151081d0cd6d65dc9,R7,0,1,0
21a10246a5ec7af151081d0cd6d65dc9,R9,1,0,0`;
const RSNA = `patientId,x,y,width,height,Target
0004cfab-14fd-4e49-80ba-63a80b6bddd6,,,,,0
00436515-870c-4b36-a041-de91049b9ab4,264.0,152.0,213.0,379.0,1
00436515-870c-4b36-a041-de91049b9ab4,562.0,152.0,256.0,453.0,1`;
const RSNA_CLASSES = `patientId,class
0004cfab-14fd-4e49-80ba-63a80b6bddd6,Normal
00436515-870c-4b36-a041-de91049b9ab4,Lung Opacity
00436515-870c-4b36-a041-de91049b9ab4,Lung Opacity`;
const SIIM = `ImageId, EncodedPixels
1.2.276.0.1, -1
1.2.276.0.2, 175349 7 1013 12 1009 17 1005 19 1003 20 1002 22
1.2.276.0.3, 407576 2 1021 7 1015 10 1013 12 1011 14`;

const PLAIN_COLUMNS = { pathColumn: 'file', labelColumn: 'labels', patientColumn: 'patient_id', viewColumn: 'view', sexColumn: 'sex', splitColumn: 'suggested_split' };

/** Each with rows made up, the publisher's file under ../shared/data where there is one, and the parser; tables that stand beside it stay whole. */
export const LABEL_TABLES = {
  nih: { text: NIH, file: 'labels/nih/Data_Entry_2017_v2020.csv', read: (text) => nihRecords(text, { trainValList: NIH_LIST }) },
  nihBoxes: { text: NIH_BOXES, file: 'labels/nih/BBox_List_2017.csv', read: (boxList) => nihRecords(NIH, { boxList }) },
  nihLists: { text: NIH_LIST, file: 'labels/nih/train_val_list.txt', read: (trainValList) => nihRecords(NIH, { trainValList, testList: '00000002_000.png' }) },
  plain: { text: PLAIN, read: (text) => plainCsvRecords(text, { ...PLAIN_COLUMNS, ageColumn: 'age' }) },
  plainReal: { text: PLAIN, file: 'cxr-real/labels.csv', read: (text) => plainCsvRecords(text, PLAIN_COLUMNS) },
  plainWide: { text: WIDE, read: (text) => plainCsvRecords(text, { pathColumn: 'path', findingColumns: ['Edema', 'Mass', 'Fracture'], patientColumn: 'person' }) },
  hannover: { text: 'image_id,patient_id,sex\na,b,f\n', file: 'labels/hannover/data.csv', read: (text) => plainCsvRecords(text, { pathColumn: 'image_id', patientColumn: 'patient_id', sexColumn: 'sex', where: { sex: ['f', 'm'] } }) },
  chexpert: { text: CHEXPERT, read: (text) => chexpertRecords(text) },
  chexpertStudies: { text: CHEXPERT_STUDIES, read: (text) => chexpertRecords(text, { paths: ['CheXpert-v1.0/test/patient64741/study1/view1_frontal.jpg'] }) },
  mimic: { text: MIMIC, read: (metadata) => mimicRecords({ metadata, labels: MIMIC_LABELS, split: MIMIC_SPLIT }) },
  mimicLabels: { text: MIMIC_LABELS, read: (labels) => mimicRecords({ metadata: MIMIC, labels }) },
  mimicSplit: { text: MIMIC_SPLIT, read: (split) => mimicRecords({ metadata: MIMIC, split }) },
  vindr: { text: VINDR, read: (annotations) => vindrRecords({ annotations }) },
  vindrLabels: { text: VINDR_LABELS, read: (imageLabels) => vindrRecords({ annotations: VINDR, imageLabels }) },
  rsna: { text: RSNA, read: (labels) => rsnaRecords({ labels }) },
  rsnaClasses: { text: RSNA_CLASSES, read: (classInfo) => rsnaRecords({ labels: RSNA, classInfo }) },
  siim: { text: SIIM, read: readMasks },
};

/** SIIM's records, and each mask. */
function readMasks(text) {
  const selection = siimRecords(text);
  for (const { cells } of readTable(text).rows.slice(0, 3)) decodeRunLength(cells[1], 1024, 1024);
  return selection;
}
