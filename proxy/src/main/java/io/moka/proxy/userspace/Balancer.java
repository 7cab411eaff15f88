package io.moka.proxy.userspace;

import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Cidr;
import io.moka.proxy.model.Endpoint;
import io.moka.proxy.model.Front;
import io.moka.proxy.relay.Choice;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Chooses the endpoints of one front: at random, or with affinity the one that answered the client last.
final class Balancer implements Choice {

    private static final int MOST_CLIENTS = 10_000;

    private record Remembered(Endpoint endpoint, long nanoTime) {
    }

    private final Front front;
    private final List<String> podRanges;
    private volatile Backends backends;
    // guarded by itself; the client that was served longest ago comes first, and is forgotten when there are too many
    private final Map<InetAddress, Remembered> clients = new LinkedHashMap<>();

    Balancer(Front front, List<String> podRanges, Backends backends) {
        this.front = front;
        this.podRanges = podRanges;
        this.backends = backends;
    }

    void set(Backends changed) {
        backends = changed;
    }

    @Override
    public List<Endpoint> order(InetAddress client) {
        var now = backends;
        var order = new ArrayList<>(now.endpointsFor(front, now.local() && comesFromInside(client)));
        Collections.shuffle(order);
        if (now.affinitySeconds() > 0) {
            synchronized (clients) {
                var known = clients.get(client);
                if (known != null && System.nanoTime() - known.nanoTime < Duration.ofSeconds(now.affinitySeconds()).toNanos() && order.remove(known.endpoint)) {
                    order.addFirst(known.endpoint);
                }
            }
        }
        return order;
    }

    @Override
    public void answered(InetAddress client, Endpoint endpoint) {
        if (backends.affinitySeconds() > 0) {
            synchronized (clients) {
                clients.remove(client);
                clients.put(client, new Remembered(endpoint, System.nanoTime()));
                if (clients.size() > MOST_CLIENTS) {
                    clients.remove(clients.keySet().iterator().next());
                }
            }
        }
    }

    @Override
    public boolean admits(Endpoint endpoint) {
        return backends.endpoints().contains(endpoint) || backends.local() && backends.everywhere().contains(endpoint);
    }

    private boolean comesFromInside(InetAddress client) {
        try {
            return client.isLoopbackAddress() || Cidr.anyContains(podRanges, client.getHostAddress()) || NetworkInterface.getByInetAddress(client) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        var now = backends;
        return (now.local() ? now.endpoints() + ", for pods and this node one of " + now.everywhere() : now.endpoints().toString())
                + (now.affinitySeconds() > 0 ? ", the same for " + now.affinitySeconds() + " s" : "");
    }
}
