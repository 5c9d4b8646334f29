import { FailedList, type FailedSearch } from "./FailedList";

interface QueueFailedPageProps {
  queueId: string;
  search: FailedSearch;
  onSearch: (search: FailedSearch) => void;
}

/** What failed of one queue; its tab there. */
export default function QueueFailedPage({ queueId, search, onSearch }: QueueFailedPageProps) {
  return (
    <div className="flex flex-col gap-4">
      <FailedList search={search} onSearch={onSearch} queueId={queueId} />
    </div>
  );
}
