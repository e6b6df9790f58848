import { expect, test } from 'vitest';
import { standardBudget } from '../../../src/text/token-budget.ts';
import { renderDeliveries } from '../../../src/tools/deliveries/scheduler-logs.ts';
import { recorded } from '../../helpers/recordings.ts';

const { body } = recorded('getSchedulerLogs', 'ok').response;
const results = typeof body === 'object' && body !== null && 'results' in body ? body.results : undefined;

test('a delivery is listed with its content, time, recipients and owner', () => {
  const rendered = renderDeliveries(results, standardBudget);
  expect(rendered).toMatch(/^2 deliveries: name\|/);
  expect(rendered).toMatch(
    /\|chart Orders by country and status \(c5157981-[0-9a-f-]+\)\|55 23 \* \* \* Europe\/Lisbon\|csv\|ada@roastery\.example, edie@roastery\.example\|\d{4}-\d\d-\d\d \d\d:\d\d by Ada Abara$/m,
  );
  expect(rendered).toMatch(/No runs.*recorded/);
});

test('an empty page is not reported as a lack of runs', () => {
  expect(renderDeliveries(results, standardBudget, 9)).not.toContain('recorded');
});

test('a run is listed with the name of its delivery and the reason of a failure', () => {
  const logs = {
    schedulers: [
      { schedulerUuid: 's1', name: 'Daily', enabled: false, dashboardUuid: 'd1', targets: [{ channel: 'C1' }] },
    ],
    dashboards: [{ dashboardUuid: 'd1', name: 'Sales' }],
    logs: [
      {
        schedulerUuid: 's1',
        task: 'handleScheduledDelivery',
        status: 'error',
        scheduledTime: '2026-11-24T08:00:00.000Z',
        details: { error: 'no such channel' },
        jobId: '7',
      },
    ],
  };
  const rendered = renderDeliveries(logs, standardBudget).split('\n');
  expect(rendered[1]).toBe('Daily|s1|dashboard Sales (d1)|||Slack C1||switched off');
  expect(rendered[3]).toBe('2026-11-24 08:00|Daily|handleScheduledDelivery|error||no such channel|7');
  expect(renderDeliveries({ schedulers: [], logs: [] }, standardBudget)).toMatch(/^No deliveries .*unknown project/);
});
