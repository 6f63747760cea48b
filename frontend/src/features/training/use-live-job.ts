import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer } from "react";
import { followJob, type JobEvent, LIVE_START, type LiveJob, reduceLive } from "../../api/events";
import { jobLogsQuery, jobQuery } from "../../api/jobs";

type Action = JobEvent | { type: "restart" };

const reduce = (state: LiveJob, action: Action): LiveJob =>
  action.type === "restart" ? LIVE_START : reduceLive(state, action);

/** A job as its event stream tells it, while it is live. When its status changes, the job is read again. */
export function useLiveJob(id: string, live: boolean): LiveJob {
  const queryClient = useQueryClient();
  const [state, dispatch] = useReducer(reduce, LIVE_START);

  useEffect(() => {
    dispatch({ type: "restart" });
    if (!live) return;
    return followJob(id, (event) => {
      dispatch(event);
      if (event.type !== "status" && event.type !== "end") return;
      void queryClient.invalidateQueries({ queryKey: jobQuery(id).queryKey });
      if (event.type === "end") {
        void queryClient.invalidateQueries({ queryKey: jobLogsQuery(id).queryKey });
        void queryClient.invalidateQueries({ queryKey: ["jobs", "list"] });
        void queryClient.invalidateQueries({ queryKey: ["models"] });
      }
    });
  }, [id, live, queryClient]);

  return state;
}
