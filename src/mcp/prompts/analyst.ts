import type { Prompt, PromptArgument } from './prompt.ts';

export const projectArgument: PromptArgument = {
  name: 'projectUuid',
  description: 'Project, by name or uuid; may be left out where there is only one',
};

/** Prompts for people who want to know numbers. */
export const analystPrompts: readonly Prompt[] = [
  {
    name: 'explore_metric',
    title: 'Explore a metric',
    description: 'What a metric means, how it moves, and what moves it',
    arguments: [
      { name: 'metric', description: 'Metric, by name or field id', required: true },
      projectArgument,
      { name: 'question', description: 'What you want to know about it' },
    ],
    needs: ['get_explore', 'run_metric_query'],
    task: (values) => {
      const question = values.text('question');
      return `Explore the metric "${values.text('metric') ?? ''}" in Lightdash${values.inProject}.${question ? ` I want to know: ${question}` : ''}`;
    },
    steps: (_values, has) => [
      `Find it${has('find_fields') ? ' with find_fields' : ''} and read its explore with get_explore: definition, conditions of its own, required filters, joins that inflate it. Where several metrics fit, say which you take and why.`,
      'run_metric_query: by month over the last 12 completed months, sorted by month. Take ids from the explore, never guess one.',
      'Read the first line of the answer: rows, limit, filters. Go on only when nothing was cut.',
      `Split it by the one or two dimensions that explain most.${has('calculate_query_totals') ? ' Take totals from calculate_query_totals:' : ' Mind that'} averages, ratios and distinct counts do not add up.`,
      'Report: the definition in a sentence, the trend, what stands out with its numbers, the period and filters used. Say what is uncertain: an unfinished period, empty values, few rows. Name no cause that the data does not show.',
    ],
  },
  {
    name: 'explain_chart',
    title: 'Explain a chart',
    description: 'What a saved chart shows, how its numbers are made, and what they say now',
    arguments: [{ name: 'chartUuid', description: 'Chart, by name or uuid', required: true }],
    needs: ['get_saved_chart', 'run_saved_chart'],
    task: (values) =>
      `Explain ${values.reference('chartUuid')} of Lightdash to someone who sees it for the first time.`,
    steps: (_values, has) => [
      'get_saved_chart: explore, fields, filters, calculations, layout, who changed it last.',
      has('get_explore') &&
        'get_explore: how each metric in it is defined, under which conditions it counts, whether a join inflates it.',
      'run_saved_chart: its rows as of now. Read the first line: row count, limit reached or not, filters.',
      'Explain: the question it answers; what one row is; each number in plain words; what its filters leave out; two or three facts that it shows now, with numbers.',
      'Warn of what misleads: fields that are gone, a limit that cuts rows, no sort, an unfinished last period, a calculation that divides sums wrongly. Change nothing.',
    ],
  },
  {
    name: 'summarize_dashboard_week',
    title: 'Weekly summary of a dashboard',
    description: 'What changed last week on a dashboard, tile by tile, in a few lines',
    arguments: [{ name: 'dashboardUuid', description: 'Dashboard, by name or uuid', required: true }],
    needs: ['get_dashboard', 'run_dashboard_chart'],
    task: (values) => `Summarize the last completed week on ${values.reference('dashboardUuid')} of Lightdash.`,
    steps: (_values, has) => [
      'get_dashboard: tiles in order, and the filters that are on. Keep those filters in every query.',
      has('run_dashboard')
        ? 'run_dashboard: all tiles at once.'
        : 'run_dashboard_chart for each chart tile, with the chartUuid, the dashboardUuid and the filters of the dashboard.',
      has('run_metric_query') && has('get_saved_chart')
        ? 'Where a tile does not show weeks, ask the same metrics by week with run_metric_query (fields and filters from get_saved_chart; the last 5 completed weeks).'
        : 'Where a tile does not show weeks, say so and leave it out of the comparison.',
      'Compare the last completed week with the one before and with the mean of the four before; give the difference and the percentage. Never compare with a week that is not over.',
      'Check before you write: tiles that failed, limits that were reached, empty weeks. List them; do not fill gaps.',
      'Write: one headline, three to five lines with numbers and their period, what could not be compared, and the link to the dashboard.',
    ],
  },
];
