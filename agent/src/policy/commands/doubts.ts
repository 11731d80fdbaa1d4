// What no rule about words can speak of.
import type { SyntaxNode } from 'unbash';
import type { Doubt } from './part.js';
import { doubtAbout } from './redirects.js';

/** `((x))` runs curl where x is `a[$(curl)]`. */
const calculates: Doubt = { why: 'it calculates, which can run commands out of variables', hides: true };

/** What in a line does more than the words of its commands say. `moved`: as for `doubtAbout`. */
export function doubtOf(node: SyntaxNode, moved: boolean): Doubt | undefined {
  switch (node.type) {
    case 'Script':
      return node.errors?.length
        ? { why: `it is not understood (${node.errors[0]?.message})`, hides: true }
        : undefined;
    case 'Redirect':
      return doubtAbout(node, moved);
    case 'HereDoc':
      // Shells do not agree on quotes within the word that ends the text, and so on where the text ends.
      return node.closing && /^(\w+|\\\w+|'\w+'|"\w+")$/.test(node.delimiter?.text ?? '')
        ? undefined
        : { why: 'the end of its text for the input is not understood', hides: true };
    case 'FileDescriptor':
      return node.value > 9 ? { why: `sh takes ${node.value} for a word`, hides: false } : undefined;
    case 'AnsiCQuoted':
    case 'LocaleString':
      // For sh the dollar is a letter, and a quote after a backslash the end.
      return { why: `sh reads ${node.text} as something else`, hides: node.text.includes("\\'") };
    case 'TestLogical':
    case 'TestGroup':
      return { why: 'it tests with [[ what sh takes for commands', hides: true };
    case 'FileDescriptorVariable':
      return { why: 'it opens a file under a name of its own', hides: false };
    case 'Function':
      return { why: `it gives ${node.name.text} another meaning`, hides: false };
    case 'Coproc':
      return { why: 'it talks to a command in the background', hides: false };
    case 'Select':
      return { why: 'it asks for a choice', hides: false };
    case 'TestCommand':
      return { why: 'it tests with [[', hides: false };
    case 'TestUnary':
      return /^-[vR]$/.test(node.operator) ? calculates : undefined;
    case 'TestBinary':
      return /^-(eq|ne|lt|le|gt|ge)$/.test(node.operator) ? calculates : undefined;
    case 'Assignment':
      return node.index && !/^\d+$/.test(node.index.value) ? calculates : undefined;
    case 'For':
      // Programs listen to variables in capitals: PATH, LD_PRELOAD, NODE_OPTIONS.
      return /^[a-z_]+$/.test(node.name.value) ? undefined : { why: `it sets ${node.name.text}`, hides: false };
    case 'ArithmeticCommand':
    case 'ArithmeticExpansion':
    case 'ArithmeticFor':
      return calculates;
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return node.script ? undefined : { why: `${node.text} is not understood`, hides: true };
    case 'ExtendedGlob':
      return { why: `${node.text} is not understood`, hides: true };
    case 'ParameterExpansion':
      return doubtAboutExpansion(node);
    default:
      return undefined;
  }
}

type ParameterExpansion = Extract<SyntaxNode, { type: 'ParameterExpansion' }>;

function doubtAboutExpansion({ text, prefix, index, operation }: ParameterExpansion): Doubt | undefined {
  const plainIndex = index === undefined || /^(\d+|[@*])$/.test(index.value);
  const sets = operation?.type === 'Default' && operation.operator.endsWith('=');
  if (sets) return { why: `${text} sets a variable`, hides: false };
  const plain =
    operation === undefined || ['Default', 'Remove', 'Replace', 'CaseModification'].includes(operation.type);
  return plainIndex && plain && prefix !== '!'
    ? undefined
    : { why: `${text} can run commands out of variables`, hides: true };
}
