import { useState } from "react";
import { Eye, EyeOff } from "lucide-react";

import { useTexts } from "@/i18n/texts";
import { IconButton } from "@/ui/Button";
import { LatinField, type FieldProps } from "@/ui/Field";

import { identity } from "./texts";

/** A password, which its owner may look at. */
export function PasswordField(props: Omit<FieldProps, "type">) {
  const t = useTexts(identity);
  const [shown, setShown] = useState(false);
  return (
    <div className="relative ltr:[&_input]:pe-12 rtl:[&_input]:ps-12">
      <LatinField {...props} type={shown ? "text" : "password"} />
      <IconButton
        icon={shown ? EyeOff : Eye}
        label={shown ? t.hidePassword : t.showPassword}
        onClick={() => setShown(!shown)}
        className="absolute end-0 top-[1.65rem]"
      />
    </div>
  );
}
