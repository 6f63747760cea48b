import { Button, Group, Text } from "@mantine/core";
import {
  IconEye,
  IconFileDownload,
  IconPackageExport,
  IconRocket,
  IconRocketOff,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { modelFileUrl, packageUrl } from "../../api/models";
import type { Model } from "../../api/types";
import { ConfirmModal } from "../../components/confirm-modal";
import { GatedButton, GatedIcon } from "../../components/gated-button";
import { useRefusal } from "../../components/use-role";
import { DeployModal } from "./deploy-modal";
import { LinkIcon } from "./link-icon";
import { useModelActions } from "./use-model-actions";

interface Props {
  model: Model;
  /** In a list: small, with a link to the details. */
  compact?: boolean;
  onDeleted?: () => void;
}

type Asking = "deploy" | "undeploy" | "delete" | undefined;

/** Deploy or Download Package, raw model, undeploy, delete. */
export function ModelActions({ model, compact, onDeleted }: Props) {
  const [asking, setAsking] = useState<Asking>();
  const mayDeploy = useRefusal("deployer");
  const mayTrain = useRefusal("trainer");
  const { deploy, undeploy, remove } = useModelActions(model, {
    onDeleted,
    onClose: () => setAsking(undefined),
  });
  const deployed = model.status === "deployed";
  const size = compact ? "xs" : "sm";
  const called = `${model.name} ${model.version.split("+")[0]}`;
  const close = () => {
    setAsking(undefined);
    for (const action of [deploy, undeploy, remove]) action.reset();
  };

  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      {deployed ? (
        <Button
          component="a"
          href={packageUrl(model.id)}
          download
          size={size}
          variant="light"
          aria-label={`Download Package of ${called}`}
          leftSection={<IconPackageExport size={16} />}
        >
          Download Package
        </Button>
      ) : (
        <GatedButton
          size={size}
          variant={compact ? "default" : "filled"}
          reason={mayDeploy ?? (model.status === "archived" ? "An archived model is out of use." : undefined)}
          aria-label={`Deploy ${called}`}
          leftSection={<IconRocket size={16} />}
          onClick={() => setAsking("deploy")}
        >
          Deploy
        </GatedButton>
      )}
      {compact && (
        <LinkIcon
          label={`View details of ${called}`}
          icon={<IconEye size={18} />}
          renderRoot={(props) => <Link to="/models/$modelId" params={{ modelId: model.id }} {...props} />}
        />
      )}
      <LinkIcon
        label={`Download raw model ${called}`}
        icon={<IconFileDownload size={18} />}
        renderRoot={(props) => <a href={modelFileUrl(model.id)} download {...props} />}
      />
      {deployed && (
        <GatedIcon label={`Undeploy ${called}`} reason={mayDeploy} onClick={() => setAsking("undeploy")}>
          <IconRocketOff size={18} />
        </GatedIcon>
      )}
      <GatedIcon
        label={`Delete ${called}`}
        reason={mayTrain ?? (deployed ? "It is deployed: undeploy it first." : undefined)}
        onClick={() => setAsking("delete")}
      >
        <IconTrash size={18} />
      </GatedIcon>

      <DeployModal
        model={model}
        opened={asking === "deploy"}
        pending={deploy.isPending}
        error={deploy.error}
        onDeploy={deploy.mutate}
        onClose={close}
      />
      <ConfirmModal
        opened={asking === "undeploy"}
        title={`Undeploy ${model.name}?`}
        action="Undeploy"
        icon={<IconRocketOff size={16} />}
        pending={undeploy.isPending}
        error={undeploy.error}
        onConfirm={() => undeploy.mutate()}
        onClose={close}
      >
        <Text size="sm">
          Version {model.version} goes back to ready, and its package can no longer be downloaded here. The
          deployment stays on record.
        </Text>
      </ConfirmModal>
      <ConfirmModal
        opened={asking === "delete"}
        title={`Delete ${model.name}?`}
        action="Delete model"
        color="red.9"
        icon={<IconTrash size={16} />}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={close}
      >
        <Text size="sm">Version {model.version} and its files are removed. This cannot be undone.</Text>
      </ConfirmModal>
    </Group>
  );
}
