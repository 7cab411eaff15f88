package io.moka.scheduler;

import io.micrometer.core.instrument.Timer;
import io.moka.machinery.process.Metrics;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.framework.Bind;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Permit;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.PostBind;
import io.moka.scheduler.framework.PreBind;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.Reserve;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.framework.WaitingPods;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the plugins of a profile from Reserve to PostBind, after a node was chosen.
final class BindingCycle {

    /// A plugin did not let the pod have the node.
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private RefusedException(String why) {
            super(why);
        }

        RefusedException(Plugin plugin, Verdict verdict) {
            super(plugin.name() + ": " + String.join(", ", verdict.reasons()));
        }
    }

    private static final Logger log = LoggerFactory.getLogger(BindingCycle.class);

    private final List<Reserve> reserves;
    private final List<Permit> permits;
    private final List<PreBind> preBinds;
    private final List<Bind> binds;
    private final List<PostBind> postBinds;

    private final WaitingPods waiting;

    /// @param waiting where pods wait that a Permit plugin lets wait
    BindingCycle(Profile profile, WaitingPods waiting) {
        this.waiting = waiting;
        this.reserves = profile.at(Reserve.class);
        this.permits = profile.at(Permit.class);
        this.preBinds = profile.at(PreBind.class);
        this.binds = profile.at(Bind.class);
        this.postBinds = profile.at(PostBind.class);
    }

    /// On the scheduling thread.
    ///
    /// @return the wait before the binding; null if the pod need not wait
    /// @throws RefusedException after which [#unreserve] is to be called
    WaitingPods.@Nullable Waiting reserve(CycleState state, PodInfo pod, String node) {
        reserves.forEach(reserve -> demand(reserve, reserve.reserve(state, pod, node)));
        if (permits.isEmpty()) {
            return null;
        }
        var waits = new HashMap<String, Duration>();
        for (var permit : permits) {
            switch (permit.permit(state, pod, node)) {
                case Permit.Answer.Allowed allowed -> { }
                case Permit.Answer.Refused(var verdict) -> demand(permit, verdict);
                case Permit.Answer.Wait(var atMost) -> waits.put(permit.name(), atMost);
            }
        }
        return waits.isEmpty() ? null : waiting.add(pod, waits);
    }

    /// On the binding's thread; blocks until the plugins that let the pod wait have decided.
    ///
    /// @throws RefusedException after which [#unreserve] is to be called
    void awaitPermission(WaitingPods.Waiting permission) throws InterruptedException {
        long start = System.nanoTime();
        var why = permission.await();
        Timer.builder("scheduler.permit.wait.duration").tag("result", why == null ? "Success" : "Unschedulable").register(Metrics.registry())
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        if (why != null) {
            throw new RefusedException("waiting for permission: " + why);
        }
    }

    /// A plugin that fails does not keep the others from giving back what they have reserved.
    void unreserve(CycleState state, PodInfo pod, String node) {
        for (var reserve : reserves.reversed()) {
            try {
                reserve.unreserve(state, pod, node);
            } catch (RuntimeException e) {
                log.error("{} has not given back what it has reserved for {} on {}", reserve.name(), pod.key(), node, e);
            }
        }
    }

    /// On the binding's thread; blocks.
    ///
    /// @throws RefusedException after which [#unreserve] is to be called
    void bind(CycleState state, PodInfo pod, String node) {
        preBinds.forEach(preBind -> demand(preBind, preBind.preBind(state, pod, node)));
        for (var bind : binds) {
            var verdict = bind.bind(state, pod, node);
            if (!(verdict instanceof Verdict.Skip)) {
                demand(bind, verdict);
                postBinds.forEach(postBind -> postBind.postBind(state, pod, node));
                return;
            }
        }
        throw new IllegalStateException("no Bind plugin binds " + pod.key());
    }

    private static void demand(Plugin plugin, Verdict verdict) {
        if (!(verdict instanceof Verdict.Success || verdict instanceof Verdict.Skip)) {
            throw new RefusedException(plugin, verdict);
        }
    }
}
