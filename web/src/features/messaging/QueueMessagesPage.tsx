import { MessageLog } from "./MessageLog";
import type { LogSearch } from "./queries";

interface QueueMessagesPageProps {
  queueId: string;
  search: LogSearch;
  onSearch: (search: LogSearch, replace?: boolean) => void;
}

/** What was sent to the patients of one queue; its tab there. */
export default function QueueMessagesPage({ queueId, search, onSearch }: QueueMessagesPageProps) {
  return (
    <div className="flex flex-col gap-4">
      <MessageLog search={search} onSearch={onSearch} queueId={queueId} />
    </div>
  );
}
