import ts from 'typescript';
import { arrows, backends, deepImports, withoutTensors } from './arrows.mjs';

const FORBIDDEN_MEMBERS = { dataSync: 'waits for the device', arraySync: 'waits for the device' };
const FORBIDDEN_CALLS = { 'Date.now': 'clocks are passed in', 'Math.random': 'randomness is passed in as an Rng' };
// Position of the padding argument: a number there is refused by tfjs-node and both its gradients.
const PADDING_ARGUMENT = { conv2d: 3, conv1d: 3, conv3d: 3, depthwiseConv2d: 3, separableConv2d: 4, conv2dTranspose: 4, maxPool: 3, avgPool: 3, pool: 3 };

/**
 * What is wrong with one source file of a package.
 *
 * @param {{ name: string, dependencies: readonly string[] }} owner The package and what its manifest declares (dependencies and peers).
 * @param {string} path The file, for the messages.
 * @param {string} text Its source.
 * @returns {string[]} One sentence a fault.
 */
export function checkSource(owner, path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const faults = [];
  const fault = (node, message) => faults.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${message}`);

  const visit = (node) => {
    const specifier = importedFrom(node);
    if (specifier !== undefined) {
      const message = checkImport(owner, specifier);
      if (message) fault(node, message);
    }
    if (ts.isPropertyAccessExpression(node)) {
      const member = node.name.text;
      if (Object.hasOwn(FORBIDDEN_MEMBERS, member) && !backends.includes(owner.name)) fault(node, `uses ${member}, which ${FORBIDDEN_MEMBERS[member]}`);
      const call = `${node.expression.getText(source)}.${member}`;
      if (Object.hasOwn(FORBIDDEN_CALLS, call)) fault(node, `uses ${call}: ${FORBIDDEN_CALLS[call]}`);
    }
    if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText(source);
      const padding = node.arguments[PADDING_ARGUMENT[name] ?? -1];
      if (padding && isNumeric(padding)) fault(node, `gives ${name} a numeric padding: only 'same' and 'valid' run on every backend`);
    }
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'pad' && isNumeric(node.initializer)) fault(node, "gives a numeric padding: only 'same' and 'valid' run on every backend");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** The module a node imports, whatever the form: static, side effect, re-export, dynamic, require, import type. */
function importedFrom(node) {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) return node.moduleSpecifier.text;
  if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteralLike(argument) ? argument.text : '(computed)';
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) return node.argument.literal.text;
  return undefined;
}

function checkImport({ name, dependencies }, specifier) {
  if (specifier.startsWith('.')) return undefined;
  if (deepImports[name]?.includes(specifier)) return undefined;
  const isBackend = backends.includes(name);
  if (specifier.startsWith('node:')) return isBackend ? undefined : `imports ${specifier}: files, threads and the like are the app's, passed in as arguments`;
  if (specifier === '(computed)') return isBackend ? undefined : 'imports a computed module: name it';
  const own = /^@cxr-ifa\/([^/]+)/.exec(specifier)?.[1];
  if (own && !arrows[name]?.includes(own)) return `imports @cxr-ifa/${own}: ${name} may import ${arrows[name]?.map((lower) => `@cxr-ifa/${lower}`).join(', ') || 'no package of ours'}`;
  if (specifier.startsWith('@tensorflow/')) {
    if (withoutTensors.includes(name)) return `imports ${specifier}: ${name} works on typed arrays`;
    if (specifier !== '@tensorflow/tfjs-core' && !isBackend) return `imports ${specifier}: backends are the app's, and core has no deep imports`;
  }
  const module = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return dependencies.includes(module) ? undefined : `imports ${specifier}, which its package.json does not declare`;
}

function isNumeric(node) {
  return ts.isNumericLiteral(node) || ts.isArrayLiteralExpression(node) || (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand));
}
