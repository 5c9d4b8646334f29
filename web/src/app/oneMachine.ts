import { useEffect, useState } from "react";

import { send } from "@/api/http";

/** Addresses of a machine, or of a house; elsewhere nobody asks. */
const NEAR = /^(localhost|127\.|\[::1\]|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|\.local$/;

let asked: Promise<boolean> | undefined;

/** The simulator answers nowhere but where the whole of Dawr runs on one machine. */
function ask(): Promise<boolean> {
  if (!NEAR.test(location.hostname)) return Promise.resolve(false);
  return send({ method: "GET", url: "/simulator/api/numbers" }).then(
    () => true,
    () => false,
  );
}

/** Whether the patients' phones are here, too: asked once, after the page is there. */
export function useOneMachine(): boolean {
  const [is, setIs] = useState(false);
  useEffect(() => {
    asked ??= ask();
    void asked.then(setIs);
  }, []);
  return is;
}
