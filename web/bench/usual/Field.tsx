import { Button, Checkbox as AriaCheckbox, FieldError, Input, Label, ListBox, ListBoxItem, NumberField, Popover, Select as AriaSelect, SelectValue, Text, TextArea as AriaTextArea, TextField } from "react-aria-components";

import type { CheckboxProps, FieldProps, SelectProps, TextAreaProps } from "@/ui/Field";
import { useFieldError } from "@/ui/form";

export type { CheckboxProps, FieldProps, SelectProps, TextAreaProps };

export function Field({ label, name, hint, onText, type, ...rest }: FieldProps) {
  const error = useFieldError(name);
  return (
    <TextField name={name} isInvalid={error !== undefined} {...(onText && { onChange: onText })} className="flex flex-col gap-1">
      <Label>{label}</Label>
      <Input className="control w-full" type={type} autoFocus={rest.autoFocus} defaultValue={rest.defaultValue} />
      <FieldError>{error}</FieldError>
      {hint && <Text slot="description">{hint}</Text>}
    </TextField>
  );
}

export const PhoneField = Field;
export const LatinField = Field;

export function DigitsField({ label, name, hint, onText }: FieldProps) {
  const error = useFieldError(name);
  return (
    <NumberField name={name} isInvalid={error !== undefined} onChange={(value) => onText?.(String(value))} className="flex flex-col gap-1">
      <Label>{label}</Label>
      <Input className="control w-full" />
      <FieldError>{error}</FieldError>
      {hint && <Text slot="description">{hint}</Text>}
    </NumberField>
  );
}

export function Select({ label, name, options, onText }: SelectProps) {
  return (
    <AriaSelect name={name} onChange={(key) => onText?.(String(key))}>
      <Label>{label}</Label>
      <Button>
        <SelectValue />
      </Button>
      <Popover>
        <ListBox>
          {options.map((one) => (
            <ListBoxItem key={one.value} id={one.value}>
              {one.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function TextArea({ label, name, hint, onText, defaultValue }: TextAreaProps) {
  const error = useFieldError(name);
  return (
    <TextField name={name} isInvalid={error !== undefined} {...(onText && { onChange: onText })} className="flex flex-col gap-1">
      <Label>{label}</Label>
      <AriaTextArea className="control w-full" defaultValue={defaultValue} />
      <FieldError>{error}</FieldError>
      {hint && <Text slot="description">{hint}</Text>}
    </TextField>
  );
}

export function Checkbox({ label, checked, onCheck }: CheckboxProps) {
  return (
    <AriaCheckbox {...(checked !== undefined && { isSelected: checked })} {...(onCheck && { onChange: onCheck })}>
      {label}
    </AriaCheckbox>
  );
}
