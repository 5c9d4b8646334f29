import { cx } from "./cx";

export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx("inline-block size-4 animate-[turn_.8s_linear_infinite] rounded-full border-2 border-current border-e-transparent", className)}
    />
  );
}
