import {
  ActionIcon,
  type ActionIconProps,
  Button,
  type ButtonProps,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { type ComponentPropsWithoutRef, useId } from "react";

type Native = Omit<ComponentPropsWithoutRef<"button">, keyof ButtonProps | keyof ActionIconProps>;
interface Gate {
  /** Why the action is not available. The button then stays in the tab order and says so. */
  reason?: string;
}

/** What makes a button inert without hiding it from the keyboard. */
function useGate(reason: string | undefined, onClick: Native["onClick"]) {
  const id = useId();
  const props = reason
    ? {
        "data-disabled": true,
        "aria-disabled": true,
        "aria-describedby": id,
        onClick: (e: React.MouseEvent) => e.preventDefault(),
      }
    : { onClick };
  return { id, props };
}

/** A button that, when its action is not available, is shown as disabled and tells the reason. */
export function GatedButton({ reason, onClick, ...rest }: ButtonProps & Native & Gate) {
  const { id, props } = useGate(reason, onClick);
  return (
    <>
      <Tooltip label={reason} disabled={!reason}>
        <Button {...rest} {...props} />
      </Tooltip>
      {reason && <VisuallyHidden id={id}>{reason}</VisuallyHidden>}
    </>
  );
}

/** The same for an icon. `label` is its name and its tooltip. */
export function GatedIcon({
  label,
  reason,
  onClick,
  ...rest
}: ActionIconProps & Native & Gate & { label: string }) {
  const { id, props } = useGate(reason, onClick);
  return (
    <>
      <Tooltip label={reason ? `${label}. ${reason}` : label}>
        <ActionIcon variant="subtle" color="gray" {...rest} {...props} aria-label={label} />
      </Tooltip>
      {reason && <VisuallyHidden id={id}>{reason}</VisuallyHidden>}
    </>
  );
}
