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
    const stop = followJob(id, (event) => {
      dispatch(event);
      if (event.type !== "status" && event.type !== "end") return;
      void queryClient.invalidateQueries({ queryKey: jobQuery(id).queryKey });
    });
    return () => {
      stop();
      // The job may be read as ended before its stream has said so: what the stream has not told is in the log.
      void queryClient.invalidateQueries({ queryKey: jobLogsQuery(id).queryKey });
      void queryClient.invalidateQueries({ queryKey: ["jobs", "list"] });
      void queryClient.invalidateQueries({ queryKey: ["models"] });
    };
  }, [id, live, queryClient]);

  return state;
}
