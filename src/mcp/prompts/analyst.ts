import type { Prompt, PromptArgument } from './prompt.ts';

/** Argument of every prompt that works in one project. */
export const projectArgument: PromptArgument = {
  name: 'projectUuid',
  description: 'Project, by name or uuid; may be left out where there is only one',
};

/** Names the first of the tools that is on: ` with run_dashboard`; empty if none is. */
const by = (tools: readonly string[], has: (tool: string) => boolean): string => {
  const tool = tools.find(has);
  return tool === undefined ? '' : ` with ${tool}`;
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
  {
    name: 'make_dashboard',
    title: 'Make a dashboard',
    description: 'A dashboard on a subject: checked numbers, laid out, saved',
    arguments: [
      { name: 'subject', description: 'Subject, and whom it is for', required: true },
      { name: 'space', description: 'Space to save it in' },
      projectArgument,
    ],
    needs: ['create_dashboard', 'run_metric_query', 'get_explore'],
    task: (values) => {
      const space = values.text('space');
      return `Make a dashboard of "${values.text('subject') ?? ''}" in Lightdash${values.inProject}${space ? `, in the space "${space}"` : ''}.`;
    },
    steps: (values, has) => [
      `Look at what exists${by(['search_content', 'list_dashboards'], has)}. If a dashboard answers this already, say so and stop.`,
      `Find the fields${has('find_fields') ? ' with find_fields' : ''} and read the explore with get_explore. Choose four to seven questions: one or two totals, a trend, one or two splits, a list.`,
      'run_metric_query for each, with periods that move (inThePast, inTheCurrent) instead of fixed dates. Leave out what is empty or cut; keep the numbers.',
      `create_dashboard, tiles in reading order: totals as big_number (width quarter), the trend (full), splits (half), the list as table. Charts as newChart with the queries that ran; filters for the date and the main dimension.${values.text('space') ? '' : ' Ask for the space if more than one fits.'}`,
      `Read it back${by(['run_dashboard', 'get_dashboard'], has)}: compare with the numbers of step 3; mend what differs${has('update_dashboard') ? ' with update_dashboard' : ''}.`,
      'Report: the link, a line for each tile, the period and filters, what was left out and why.',
    ],
  },
  {
    name: 'set_up_weekly_report',
    title: 'Set up a weekly report',
    description: 'A chart or dashboard sent to people every week',
    arguments: [
      { name: 'report', description: 'Chart or dashboard, by name', required: true },
      { name: 'recipients', description: 'E-mail addresses or Slack channels', required: true },
      { name: 'when', description: 'Such as "every Monday 8:00", with the time zone' },
      projectArgument,
    ],
    needs: ['create_scheduler'],
    task: (values) =>
      `Send "${values.text('report') ?? ''}" of Lightdash${values.inProject} to ${values.text('recipients') ?? ''}, ${values.text('when') ?? 'every Monday 8:00'}.`,
    steps: (_values, has) => [
      `Find it${by(['search_content', 'list_dashboards'], has)}.${has('create_chart') && has('run_metric_query') ? ' If there is none, make the chart first: run_metric_query, then create_chart.' : ''}`,
      `Run it${by(['run_dashboard'], has)}: it must have rows, and its period must move with the calendar. Fixed dates would send the same numbers every week: propose relative ones.`,
      has('list_schedulers') &&
        `list_schedulers: if it goes to these people already, change that delivery${has('update_scheduler') ? ' with update_scheduler' : ''} instead of adding one.`,
      'create_scheduler, with the time zone of the readers. Show the preview to the person, every address in it; never confirm for them.',
      'Report: what goes to whom, the next three runs with their zone, the link, and how to stop it.',
    ],
  },
];
