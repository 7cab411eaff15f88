package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.machinery.informer.EventHandler;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.workqueue.WorkQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A queue of services, fed by services and by the pods behind them.
public final class ServiceQueues {

    private ServiceQueues() {
    }

    public static WorkQueue<ObjectKey> create(ControllerContext context) {
        var queue = new WorkQueue<ObjectKey>(context.clock());
        var services = context.informers().of(Service.class);
        services.addHandler(EventHandler.onChange(service -> queue.add(ObjectKey.of(service))));
        context.informers().of(Pod.class).addHandler(EventHandler.onEvent((before, after) -> {
            if (before != null && after != null && !matters(before, after)) {
                return;
            }
            for (var service : services.lister().list((after == null ? before : after).getMetadata().getNamespace())) {
                if (selects(service, before) || selects(service, after)) {
                    queue.add(ObjectKey.of(service));
                }
            }
        }));
        return queue;
    }

    public static boolean hasSelector(Service service) {
        return service.getSpec().getSelector() != null && !service.getSpec().getSelector().isEmpty();
    }

    private static boolean selects(Service service, @Nullable Pod pod) {
        return pod != null && hasSelector(service) && LabelSelector.ofLabels(service.getSpec().getSelector()).matches(pod.getMetadata().getLabels());
    }

    private static boolean matters(Pod before, Pod after) {
        return !Objects.equals(before.getStatus(), after.getStatus())
                || !Objects.equals(before.getMetadata().getLabels(), after.getMetadata().getLabels())
                || !Objects.equals(before.getMetadata().getDeletionTimestamp(), after.getMetadata().getDeletionTimestamp())
                || !Objects.equals(before.getSpec().getNodeName(), after.getSpec().getNodeName());
    }
}
