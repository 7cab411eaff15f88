package io.moka.proxy.announce;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.thread.NeededThread;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Announces the addresses that services want, each for as long as this node holds the address' lease. Runs on the thread `announcer`, which starts with the
/// first address.
public final class AddressAnnouncer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AddressAnnouncer.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration OCCUPIED = Duration.ofSeconds(15);
    private static final Duration ENDING = Duration.ofSeconds(2);

    /// Gets messages for users about a service's address.
    public interface Reporter {
        void report(ObjectKey service, boolean trouble, String reason, String message);
    }

    private final String node;
    private final Reporter reporter;
    private final LongSupplier nanoTime;
    private final Links links;
    private final NodeLease nodeLease;
    private final AddressLeases leases;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // guarded by lock: the addresses of each service; never empty
    private final Map<ObjectKey, Set<InetAddress>> wanted = new HashMap<>();
    private boolean dirty;
    private boolean started;
    private boolean closed;

    // the announcer's thread alone: what is announced or about to be, when to try the others again, and what was reported of each last
    private final Map<InetAddress, Announcement> announcements = new HashMap<>();
    private final Map<InetAddress, Long> retries = new HashMap<>();
    private final Map<InetAddress, String> troubles = new HashMap<>();

    public AddressAnnouncer(ApiClient client, String node, Reporter reporter, InstantSource clock) {
        this(client, node, reporter, clock, System::nanoTime, Links::new);
    }

    /// @param links makes the links; its argument says whether this node may speak for addresses
    AddressAnnouncer(ApiClient client, String node, Reporter reporter, InstantSource clock, LongSupplier nanoTime, Function<BooleanSupplier, Links> links) {
        this.node = node;
        this.reporter = reporter;
        this.nanoTime = nanoTime;
        this.nodeLease = new NodeLease(client.resources(Lease.class), node, clock, nanoTime, this::dropAll);
        this.leases = new AddressLeases(client, node, clock, nanoTime, this::wake);
        this.links = links.apply(nodeLease::holds);
        this.thread = NeededThread.unstartedPlatform("announcer", this::run);
    }

    /// Names all addresses that the service wants to be reached at through this node; none for a service that is gone.
    public void set(ObjectKey service, Set<String> addresses) {
        lock.lock();
        try {
            var parsed = new HashSet<InetAddress>();
            addresses.forEach(address -> parsed.add(InetAddress.ofLiteral(address)));
            var before = parsed.isEmpty() ? wanted.remove(service) : wanted.put(service, parsed);
            if (!parsed.equals(before == null ? Set.of() : before)) {
                dirty = true;
                changed.signal();
            }
            if (!wanted.isEmpty() && !started && !closed) {
                started = true;
                leases.start();
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets all services except these.
    public void retain(Set<ObjectKey> services) {
        lock.lock();
        try {
            if (wanted.keySet().retainAll(services)) {
                dirty = true;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            dirty = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private Map<InetAddress, List<ObjectKey>> wanted() {
        lock.lock();
        try {
            var services = new TreeMap<InetAddress, List<ObjectKey>>((a, b) -> a.getHostAddress().compareTo(b.getHostAddress()));
            wanted.forEach((service, addresses) -> addresses.forEach(address -> services.merge(address, List.of(service),
                    (some, more) -> Stream.concat(some.stream(), more.stream()).toList())));
            return services;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (waitFor(pause())) {
                if (leases.hasSynced()) {
                    step(wanted());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /// False once this is closed.
    private boolean waitFor(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!dirty && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            dirty = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private Duration pause() {
        var due = nodeLease.untilDue(leases.isShared());
        lock.lock();
        try {
            if (wanted.isEmpty() && announcements.isEmpty()) {
                return Duration.ofDays(1);
            }
            var all = new HashSet<InetAddress>();
            wanted.values().forEach(all::addAll);
            boolean waiting = !announcements.keySet().containsAll(all) || announcements.values().stream().anyMatch(Announcement::isYoung);
            return waiting || due.compareTo(TICK) < 0 ? TICK : due.compareTo(RETRY) < 0 ? due : RETRY;
        } finally {
            lock.unlock();
        }
    }

    private void step(Map<InetAddress, List<ObjectKey>> services) {
        for (var address : leases.taken()) {
            if (!services.containsKey(address)) {
                withdraw(address);
            }
        }
        retries.keySet().retainAll(services.keySet());
        troubles.keySet().retainAll(services.keySet());
        if (services.isEmpty()) {
            return;
        }
        boolean shared = leases.isShared();
        if (!nodeLease.untilDue(shared).isPositive() && !nodeLease.renew(shared) || !nodeLease.holds()) {
            if (!nodeLease.holds()) {
                dropAll();
            }
            return;
        }
        long now = nanoTime.getAsLong();
        services.forEach((address, names) -> {
            var announcement = announcements.get(address);
            if (announcement != null) {
                goOn(announcement, names);
            } else if (now - retries.getOrDefault(address, now) >= 0) {
                begin(address, names);
            }
        });
    }

    private void begin(InetAddress address, List<ObjectKey> services) {
        try {
            var link = links.of(address);
            if (link == null) {
                trouble(address, services, "AddressNotHere", "no interface of node " + node + " is in the network of " + address.getHostAddress());
                retryAfter(address, OCCUPIED);
            } else if (leases.take(address)) {
                announcements.put(address, new Announcement(address, link, nanoTime));
            } else {
                retries.put(address, nanoTime.getAsLong() + TICK.toNanos());
            }
        } catch (IOException e) {
            log.warn("{} cannot be announced: {}", address.getHostAddress(), e.getMessage());
            retryAfter(address, RETRY);
        }
    }

    private void goOn(Announcement announcement, List<ObjectKey> services) {
        var address = announcement.address();
        try {
            switch (announcement.step()) {
                case Announcement.Outcome.Begun() -> {
                    troubles.remove(address);
                    log.info("{} is announced at {}", address.getHostAddress(), announcement.device());
                    services.forEach(service -> reporter.report(service, false, "AddressAnnounced",
                            "Node " + node + " announces " + address.getHostAddress() + " at " + announcement.device()));
                }
                case Announcement.Outcome.Occupied(var owner) -> {
                    withdraw(address);
                    trouble(address, services, "AddressInUse", address.getHostAddress() + " is not announced: the machine " + owner + " has it at " + announcement.device() + " of node " + node);
                    retryAfter(address, OCCUPIED);
                }
                case Announcement.Outcome.Disputed(var owner) -> trouble(address, services, "AddressInUse",
                        "The machine " + owner + " claims " + address.getHostAddress() + ", too, at " + announcement.device() + " of node " + node);
                case Announcement.Outcome.Quiet() -> {
                }
            }
        } catch (IOException e) {
            log.warn("{} is given up: {}", address.getHostAddress(), e.getMessage());
            withdraw(address);
            retryAfter(address, RETRY);
        }
    }

    private void retryAfter(InetAddress address, Duration pause) {
        retries.put(address, nanoTime.getAsLong() + pause.toNanos());
    }

    /// Tells each trouble once.
    private void trouble(InetAddress address, List<ObjectKey> services, String reason, String message) {
        if (!message.equals(troubles.put(address, message))) {
            log.warn("{}", message);
            services.forEach(service -> reporter.report(service, true, reason, message));
        }
    }

    /// Answers no more first, then lets another node have it.
    private void withdraw(InetAddress address) {
        var announcement = announcements.remove(address);
        if (announcement != null) {
            announcement.end();
            log.info("{} is no longer announced", address.getHostAddress());
        }
        leases.release(address);
    }

    private void dropAll() {
        if (!announcements.isEmpty()) {
            log.warn("the addresses {} are no longer announced: the lease could not be renewed in time", announcements.keySet());
        }
        announcements.values().forEach(Announcement::end);
        announcements.clear();
    }

    private void end() {
        leases.taken().forEach(this::withdraw);
        links.close();
        leases.close();
    }

    /// Gives all addresses up.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (started) {
                thread.join(ENDING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
