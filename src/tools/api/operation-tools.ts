import * as z from 'zod';
import { kinds } from '../../operations/long-tail/catalog.ts';
import { unwrapJson } from '../../text/json.ts';
import type { Tool, ToolArguments } from '../tool.ts';

const operation = () => z.string().min(1).describe('Id or tool from find_operation');

const findArguments = () => ({
  search: z.string().default(''),
  area: z.string().optional().describe('Such as metrics-trees'),
  kind: z.enum(kinds).optional(),
});

const describeArguments = () => ({
  operation: operation(),
  part: z.string().optional().describe('An argument, or a path into one'),
});

const runArguments = () => ({
  operation: operation(),
  arguments: z
    .preprocess(unwrapJson, z.record(z.string(), z.unknown()))
    .default({})
    .describe('As describe_operation says'),
});

const readArguments = () => ({
  ...runArguments(),
  offset: z.int().min(0).default(0).describe('Items of a long list to leave out'),
});

/** The parts of a tool that all four share. */
const reading = { toolset: 'api', readOnly: true, destructive: false, idempotent: true } as const;

const findOperation: Tool = {
  ...reading,
  name: 'find_operation',
  title: 'Find any Lightdash operation',
  description:
    'Searches the whole API of Lightdash by words, also what has no tool: invite users, usage statistics, unused content, downloads, color palettes, metrics trees, custom roles, git branches, virtual views, verify a chart, trash (restore), pin to the homepage, AI agents …',
  input: findArguments,
  async run(args, { operations }) {
    const { search, area, kind } = z.object(findArguments()).parse(args);
    return { text: (await operations()).find({ words: search, area, kind }) };
  },
};

const describeOperation: Tool = {
  ...reading,
  name: 'describe_operation',
  title: 'Describe an operation',
  description: 'Arguments of an operation, what it changes, and on which releases and licences it is there.',
  input: describeArguments,
  async run(args, { operations }) {
    const { operation: name, part } = z.object(describeArguments()).parse(args);
    return { text: (await operations()).describe(name, part) };
  },
};

const runReadOperation: Tool = {
  ...reading,
  name: 'run_read_operation',
  title: 'Run an operation that reads',
  description: 'Calls an operation that changes nothing.',
  input: readArguments,
  delegate: async (args, { operations }) => (await operations()).resolve(readCall(args, false)),
};

const runWriteOperation: Tool = {
  ...reading,
  name: 'run_write_operation',
  title: 'Run an operation that changes something',
  description: 'Calls an operation that creates, changes or deletes. What cannot be undone asks first.',
  readOnly: false,
  destructive: true,
  idempotent: false,
  input: runArguments,
  delegate: async (args, { operations }) => (await operations()).resolve(readCall(args, true)),
};

function readCall(args: ToolArguments, mayWrite: boolean) {
  const call = z.object(readArguments()).parse(args);
  return { ...call, mayWrite };
}

/** Reach every operation of Lightdash, with or without a tool. */
export const operationTools: readonly Tool[] = [findOperation, describeOperation, runReadOperation, runWriteOperation];
