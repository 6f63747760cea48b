import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { deleteModel, deployModel, undeployModel } from "../../api/models";
import type { Model } from "../../api/types";

/** What can be done with a model. Afterwards every list and page of models is read again. */
export function useModelActions(model: Model, done: { onDeleted?: () => void; onClose: () => void }) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["models"] });

  const deploy = useMutation({
    mutationFn: (body: { target?: string; note?: string }) => deployModel(model.id, body),
    meta: { shown: true },
    onSuccess: async () => {
      await refresh();
      done.onClose();
      notifications.show({
        color: "teal",
        title: `${model.name} is deployed`,
        message: "Its package is built and verified: Download Package.",
      });
    },
  });
  const undeploy = useMutation({
    mutationFn: () => undeployModel(model.id),
    meta: { shown: true },
    onSuccess: async () => {
      await refresh();
      done.onClose();
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteModel(model.id),
    meta: { shown: true },
    onSuccess: async () => {
      done.onClose();
      done.onDeleted?.();
      await refresh();
    },
    // A refusal usually means that the model is not what the page shows any more.
    onError: () => void refresh(),
  });
  return { deploy, undeploy, remove };
}
