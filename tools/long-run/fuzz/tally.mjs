/** What came of some inputs, before any. */
export function emptyTally() {
  return { count: 0, passed: 0, decoded: 0, refused: {}, wrong: [], slowest: { seconds: 0 }, highest: { growth: 0 }, bytes: 0 };
}

/** Adds one input's result. */
export function addResult(tally, { index, outcome, reason, passed, size = 0, seconds, growth }) {
  tally.count++;
  tally.passed += passed ? 1 : 0;
  tally.bytes += size;
  if (outcome === 'decoded') tally.decoded++;
  else if (outcome === 'refused') tally.refused[reasonClass(reason)] = (tally.refused[reasonClass(reason)] ?? 0) + 1;
  else tally.wrong.push({ index, reason });
  if (seconds > tally.slowest.seconds) tally.slowest = { index, seconds };
  if (growth > tally.highest.growth) tally.highest = { index, growth };
}

/** All of them as they are reported: shares, and reasons in the order of their frequency. */
export function mergeTallies(tallies) {
  const sum = (name) => tallies.reduce((total, tally) => total + tally[name], 0);
  const reasons = {};
  for (const { refused } of tallies) for (const [reason, count] of Object.entries(refused)) reasons[reason] = (reasons[reason] ?? 0) + count;
  const sorted = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  const rare = sorted.slice(40).reduce((total, [, count]) => total + count, 0);
  const largest = (name, key) => tallies.map((tally) => tally[name]).reduce((a, b) => (b[key] > a[key] ? b : a), { [key]: 0 });
  const [slowest, highest] = [largest('slowest', 'seconds'), largest('highest', 'growth')];
  return {
    count: sum('count'),
    meanBytes: Math.round(sum('bytes') / (sum('count') || 1)),
    passedHeader: Number((sum('passed') / (sum('count') || 1)).toFixed(4)),
    decoded: sum('decoded'),
    refused: sorted.reduce((total, [, count]) => total + count, 0),
    wrong: tallies.flatMap(({ wrong }) => wrong),
    slowest: { index: slowest.index, seconds: Number(slowest.seconds.toFixed(2)) },
    highest: { index: highest.index, megabytes: Math.round(highest.growth / 2 ** 20) },
    reasons: { ...Object.fromEntries(sorted.slice(0, 40)), ...(rare > 0 && { [`${sorted.length - 40} others`]: rare }) },
  };
}

/** The reason without what the file itself says: numbers, names and cells. */
export function reasonClass(message) {
  const [, reason = message] = / as (.*)$/s.exec(message) ?? [];
  const words = reason.replace(/: .*$/s, '').split(' ').slice(0, 9);
  return words.map((word) => (/^[A-Za-z]?[a-z'’,-]*$|^(PNG|JPEG|DICOM|RLE|JPEG-LS)$/.test(word) ? word : /^\d/.test(word) ? 'N' : '…')).join(' ');
}
