package io.moka.conformance.fabric8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Records the events of a watch or an informer as text.
final class Seen<T extends HasMetadata> implements Watcher<T>, ResourceEventHandler<T> {

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    @Override
    public void eventReceived(Action action, T object) {
        events.add(action + " " + name(object));
    }

    @Override
    public void onClose(WatcherException cause) {
        events.add("closed: " + cause.getMessage());
    }

    @Override
    public void onAdd(T object) {
        events.add("ADDED " + name(object));
    }

    @Override
    public void onUpdate(T old, T object) {
        if (!old.getMetadata().getResourceVersion().equals(object.getMetadata().getResourceVersion())) {
            events.add("MODIFIED " + name(object));
        }
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
        events.add("DELETED " + name(object));
    }

    String next() {
        try {
            var next = events.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
