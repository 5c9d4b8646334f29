/** The names under which answers are kept. What changes something says which of these are old by then. */
export const keys = {
  me: ["me"],
  clinics: ["clinics"],
  queues: ["queues"],
  queue: (id: string) => ["queues", id],
  tickets: (id: string) => ["queues", id, "tickets"],
  patients: (search: string) => ["patients", search],
  templates: ["templates"],
  preview: (template: string, queue: string) => ["preview", template, queue],
  batch: (id: string) => ["batches", id],
  batchMessages: (id: string) => ["batches", id, "messages"],
  sentAny: ["messages", "any"],
  failed: (filter: object) => ["failed", filter],
  anyFailed: ["failed"],
  upload: (id: string) => ["uploads", id],
  uploadRows: (id: string) => ["uploads", id, "rows"],
  import: (queue: string, upload: string) => ["imports", queue, upload],
} as const;
