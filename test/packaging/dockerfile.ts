/** One COPY: what it takes from where to where. */
export interface Copy {
  /** The stage it copies from; undefined is the folder of the project. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

/** A part of a Dockerfile from one FROM to the next. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly workdir: string;
  readonly user: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** COPY and RUN in their order. */
  readonly steps: readonly ({ readonly copy: Copy } | { readonly run: string })[];
}

/**
 * Reads the few instructions that our Dockerfile uses: there is no Docker where the tests run.
 *
 * @throws for any other instruction, so that none goes unseen.
 */
export function readDockerfile(text: string): Stage[] {
  const stages: { -readonly [Key in keyof Stage]: Stage[Key] }[] = [];
  for (const line of text.split('\n').filter((item) => item.trim() !== '' && !item.startsWith('#'))) {
    const [, instruction = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const words = rest.split(/\s+/);
    if (instruction === 'FROM') {
      const [base = '', , name] = words;
      stages.push({ base, name, workdir: '/', user: undefined, labels: {}, entrypoint: [], steps: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${instruction} before FROM`);
    switch (instruction) {
      case 'WORKDIR':
        stage.workdir = rest;
        break;
      case 'USER':
        stage.user = rest;
        break;
      case 'LABEL': {
        const [, key = '', value = ''] = /^([\w.]+)="(.*)"$/.exec(rest) ?? [];
        stage.labels = { ...stage.labels, [key]: value };
        break;
      }
      case 'ENTRYPOINT':
        stage.entrypoint = JSON.parse(rest);
        break;
      case 'RUN':
        stage.steps = [...stage.steps, { run: rest }];
        break;
      case 'COPY': {
        const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
        stage.steps = [...stage.steps, { copy: { from, sources: words.slice(0, -1), target: words.at(-1) ?? '' } }];
        break;
      }
      default:
        throw new Error(`the Dockerfile has ${instruction}, which these tests do not know`);
    }
  }
  return stages;
}
