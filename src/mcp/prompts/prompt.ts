/** An argument that a person fills in. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
}

/** Words for the values: ids if there are any, otherwise the way to find them. */
export interface PromptValues {
  /** The typed value, or undefined. */
  text(name: string): string | undefined;
  /** `chartUuid 87b1…`, or `the chart called "Revenue" (its chartUuid: list_chart_summaries_in_project)`. */
  reference(name: ReferenceName): string;
  /** ` in projectUuid 28a0…`, or nothing. */
  readonly inProject: string;
}

/** Arguments of prompts that take a name or a uuid; a name is resolved before the prompt is written. */
export type ReferenceName = 'projectUuid' | 'chartUuid' | 'dashboardUuid' | 'spaceUuid';

/** A conversation's beginning: a plan over the tools, with the checks that a careful colleague would make. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** Tools without which the plan cannot be carried out: the prompt is offered only while all are on. */
  readonly needs: readonly string[];
  /** The steps of the plan. Names a tool only if `has` returns true for it. */
  steps(values: PromptValues, has: (tool: string) => boolean): readonly (string | false)[];
  /** The task, in a sentence or two. */
  task(values: PromptValues): string;
}
