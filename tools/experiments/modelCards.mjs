// Writes a model card beside each kept encoder, and the one of @cxr-ifa/encoder-small, from the ablation's rows: node tools/experiments/modelCards.mjs
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const RELEASED = 'moco-mild';
const SEED = 1;
/** By name: how it was trained, and what it is kept for. */
const KEPT = {
  'moco-mild': ['MoCo v2 for 24 epochs, with the milder augmentation (cxr)', 'the one with the highest mean AUROC over all tasks, probes and shares of labels'],
  'moco-as-long': ['MoCo v2 for 48 epochs: 24, and 24 more from the learning rate\'s beginning', 'the baseline that IFA must be compared with'],
  'moco-then-released': ['MoCo v2 for 24 epochs, then MoCo v2 with the IFA loss as released (layer1 to cosine 0.3, layer4 to 1) for 24 more', 'the method as its authors trained it'],
  aligned: ['MoCo v2 with the IFA loss on aligned maps (layer1 and layer4 to cosine 1) for 24 epochs', 'our form of the loss'],
};

const row = (name) => JSON.parse(readFileSync(join(here, 'results', 'ablation', `${name}-${SEED}.json`), 'utf8'));
const auroc = ({ auroc: { value, low, high } }) => `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;

function resultsOf(name) {
  const [own, random] = [row(name), row('random')];
  const lines = own.results
    .filter(({ method }) => method === 'linear')
    .map((result) => {
      const floor = random.results.find(({ task, finding, method, fraction }) => task === result.task && finding === result.finding && method === 'linear' && fraction === result.fraction);
      return `| ${result.task}, ${result.finding} | ${result.fraction * 100} % (${result.trainingImages}) | ${auroc(result)} | ${floor.auroc.value.toFixed(3)} | ${result.positives} / ${result.negatives} |`;
    });
  return ['| linear probe | labels (images) | AUROC (95 % over patients and draws) | random encoder | test images with / without |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

function card(name, file) {
  const { basis: options, training, dataHash, seed } = row(name);
  const { init } = options;
  const [how, why] = KEPT[name];
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  const settings = Object.entries(options).filter(([option]) => ['epochs', 'batchSize', 'queueSize', 'momentum', 'temperature', 'learningRate', 'schedule', 'weightDecay', 'augment', 'query', 'ifa', 'align'].includes(option));
  return `# Model card: ${file === released ? '@cxr-ifa/encoder-small' : name}

An encoder of chest radiographs: ResNet-18 of width ${options.width} (2.8 million weights), one input channel, images of ${options.imageSize} x ${options.imageSize} pixels, features of 256 numbers.
Weights at half precision, batch-norm at float32; torchvision's names behind \`encoder_q.\` and \`statistics_q.\`. SHA-256 of the file: \`${hash}\`.

**Training.** ${how}, without labels, seed ${seed}${init ? `, beginning with the cell ${init}` : ''}; kept as ${why}. Settings of ${init ? 'the last part' : 'the run'}: ${settings.map(([option, value]) => `${option} ${value}`).join(', ')}.
At the end: loss ${training.loss.toFixed(3)}, InfoNCE ${training.infoNce.toFixed(3)}, top-1 accuracy in the batch ${training.accuracyTop1.toFixed(2)} against ${options.queueSize} keys. \`tools/experiments/ablation.yaml\` makes it again.

**Images it learnt from.** The 3,943 images of \`suggested_split = train\` of a collection of 5,709 public radiographs (hash of their prepared pixels \`${dataHash.slice(0, 16)}\`): 2,700 of children of one to five years (Kermany et al., Mendeley Data, doi 10.17632/rscbjbr9sj, CC BY 4.0),
1,161 of NIH ChestX-ray14 (NIH Clinical Center; Wang et al., *ChestX-ray8*, CVPR 2017), 82 of adults with COVID-19 (Hannover Medical School, doi 10.25835/0090041, CC BY 3.0). No test patient and no test image is among them, by patient and by pixels.

**Preparation.** Greyscale, clipped at the 99th percentile, stretched to 0..1, resized to a square whatever the shape, minus 0.658, divided by 0.221. Anything else gives features that mean nothing.

**How it was judged.** On the test patients of the same collection; a share of labels below 100 % is the mean of five draws of patients. One seed; more, and other probes, in \`tools/experiments/RESULTS.md\`.

${resultsOf(name)}

**Limits.** Small, trained for minutes on few images of few hospitals, mostly of small children; at 64 pixels nodules and fine lines are gone. Nothing is known of how it does on other hospitals, devices, ages or findings, and nothing was examined by sex or ethnicity. ${file === released ? 'It was chosen among the encoders of the experiment by the figures above, which are a little too good for that. ' : ''}Good for examples, tests and a first look at one's own images; **not a medical device**.

**Terms.** The weights are under the project's MIT licence; who passes them on names the sources above, as their licences ask.
`;
}

const released = join(here, '..', '..', 'packages', 'encoder-small', 'encoder.safetensors');
for (const name of Object.keys(KEPT)) {
  const file = join(here, 'encoders', `${name}.safetensors`);
  writeFileSync(join(here, 'encoders', `${name}.md`), card(name, file));
  if (name === RELEASED) writeFileSync(join(released, '..', 'MODEL-CARD.md'), card(name, released));
}
