/** The uuids that the recorded server gave to what everything else points at (roastery/state.json). */
export const ids = {
  organization: '54e07b35-9d28-4303-9d11-466d3aa6575c',
  project: '28a012f6-4897-4927-8e21-30880ba92505',
  pinnedList: '415870b0-983a-4399-8380-74a9d299ccc8',
  users: {
    ada: 'fe7f8e5b-8f68-4f02-8300-cd51c4743be9',
    vic: '4dcef454-8e10-49a2-aa9f-584ba7091eec',
    edie: 'e24a02c9-5d9b-4e07-ba41-9b4b3714fec0',
    val: '7b62f0ab-1faf-46ef-8ad1-c446ceaab47e',
    dev: '28621203-5a85-4a46-ad24-7a2836108805',
    mem: 'ba189054-0393-4938-9797-03fd8a42fc75',
  },
  groups: {
    baristas: '86aba621-0fa0-429e-9978-f79624ee6a80',
    finance: '87ee76d6-f9bd-4358-9c02-9b7c194f4bcc',
  },
  spaces: {
    shared: 'c4ba70b1-a7f3-4b34-b1e5-9b708466460d',
    sales: '1ea731d7-577c-4794-bf58-fa7deacc5c49',
    customers: 'a2dbc451-ab8a-423c-b2c5-8b6041166a92',
    finance: '2437e4ca-c74e-4d3a-8ec0-373cd1dada40',
  },
  charts: {
    revenueByMonth: '87b15963-d55c-462f-b96a-8548fff4df8a',
    ordersByChannel: 'f33c5811-5adb-4a5c-bdb5-dbe9dd36db41',
    topProducts: '759185a2-ce7c-4322-a4dd-9a22fd9f78d2',
    countryTable: 'c5157981-f07f-4046-a737-5622218dbe4e',
    totalRevenue: '0d8b9ae5-29cb-429f-8874-2d45281235ac',
    mrrByPlan: 'ba6a7ee8-1633-482f-b1ff-7b332b8213cd',
    customersByCountry: 'ec12a266-fef8-4a9c-b437-06363a2a4a16',
    churnByCohort: '5c629146-04ae-49f6-91a4-68f18ff1367d',
    catalogueTable: 'b3f87ff8-f852-4f2e-9923-90d8f260d0db',
    broken: '77a0501b-0c25-4ddc-a2ac-8e245665f04e',
    insideDashboard: 'bbd5149c-31ce-4454-9a79-b07f10f14881',
  },
  dashboards: {
    sales: '773fb4ea-cdb1-4e3f-9beb-4741c213a619',
    subscriptions: '7f29fbb1-2d48-4b8f-9fed-294339adc098',
  },
  tiles: { revenueByMonth: '23193313-e636-44b7-9231-87adb40195de' },
  tags: {
    finance: 'ea28c0ba-5a83-4ece-b43f-24e51f17471c',
    marketing: '332cb7a7-6bf5-470e-b6ac-581a67d8b49e',
    core: '789e0ca1-a87f-4faa-9740-7bf8969abdc0',
  },
  comments: {
    question: '927b1d57-98b0-4ede-a7bc-950cba0efc21',
    reply: '5c0efd56-459c-4c47-b38a-8ab3855cda3e',
  },
} as const;
