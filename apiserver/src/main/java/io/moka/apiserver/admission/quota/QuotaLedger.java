package io.moka.apiserver.admission.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.rest.ObjectWriter;
import io.moka.apiserver.core.status.ApiException;
import io.moka.machinery.quota.Quota;
import io.moka.machinery.quota.ResourceList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Adds the charges of requests to `status.used`, by compare-and-swap: however many servers do this at a time, together they never
/// exceed a quota. Requests that come while another's charge is being written wait, and are then written together.
final class QuotaLedger {
    private static final UserInfo SERVER = new UserInfo("system:apiserver", List.of("system:masters", "system:authenticated"));
    private static final int STRIPES = 64;

    private final ResourceType type;
    private final Supplier<ObjectWriter> writer;
    private final Stripe[] stripes = Stream.generate(Stripe::new).limit(STRIPES).toArray(Stripe[]::new);

    /// The charges of some namespaces. The thread that holds the lock settles all waiting charges.
    private static final class Stripe {
        final ReentrantLock lock = new ReentrantLock();
        final ConcurrentLinkedQueue<Charge> waiting = new ConcurrentLinkedQueue<>();
    }

    QuotaLedger(ResourceType type, Supplier<ObjectWriter> writer) {
        this.type = type;
        this.writer = writer;
    }

    /// @throws ApiException when a quota has not enough left; then no quota has been charged
    void charge(Charge charge) {
        Stripe stripe = stripes[Math.floorMod(charge.request().namespace().hashCode(), STRIPES)];
        stripe.waiting.add(charge);
        stripe.lock.lock();
        try {
            if (!charge.settlement().settled) {
                settle(drain(stripe.waiting));
            }
        } finally {
            stripe.lock.unlock();
        }
        if (charge.settlement().refusal != null) {
            throw charge.settlement().refusal;
        }
    }

    private static List<Charge> drain(ConcurrentLinkedQueue<Charge> waiting) {
        List<Charge> charges = new ArrayList<>();
        for (Charge charge = waiting.poll(); charge != null; charge = waiting.poll()) {
            charges.add(charge);
        }
        return charges;
    }

    private void settle(List<Charge> charges) {
        @Nullable RuntimeException failure = ApiException.internal("quotas could not be charged");
        try {
            Map<String, List<Charge>> byNamespace = new HashMap<>();
            charges.forEach(charge -> byNamespace.computeIfAbsent(charge.request().namespace(), ignored -> new ArrayList<>()).add(charge));
            byNamespace.forEach(this::settle);
            failure = null;
        } catch (RuntimeException failed) {
            failure = failed;
        } finally {
            close(charges, failure);
        }
    }

    /// Settles the charges; after a failure, refuses all that are not refused yet, since they may not have been charged.
    private static void close(List<Charge> charges, @Nullable RuntimeException failure) {
        for (Charge charge : charges) {
            if (failure != null && charge.settlement().refusal == null) {
                charge.settlement().refusal = failure;
            }
            charge.settlement().settled = true;
        }
    }

    private void settle(String namespace, List<Charge> charges) {
        SortedSet<String> quotas = new TreeSet<>();
        charges.forEach(charge -> quotas.addAll(charge.delta().keySet()));
        for (String quota : quotas) {
            charge(namespace, quota, charges.stream().filter(charge -> charge.settlement().refusal == null && charge.delta().containsKey(quota)).toList());
        }
        giveBack(namespace, charges);
    }

    /// Charges one quota for the requests that it has enough for, in the order in which they came.
    private void charge(String namespace, String name, List<Charge> charges) {
        if (charges.isEmpty()) {
            return;
        }
        Map<Charge, ApiException> refused = new IdentityHashMap<>();
        update(namespace, name, quota -> {
            refused.clear();
            ResourceList used = quota.used();
            for (Charge charge : charges) {
                ResourceList delta = charge.delta().get(name).only(quota.hard().names());
                Set<String> exceeded = Charge.exceeded(delta, used, quota.hard());
                if (exceeded.isEmpty()) {
                    used = used.plus(delta);
                } else {
                    refused.put(charge, Charge.refusal(charge.request(), name, exceeded, delta, used, quota.hard()));
                }
            }
            return used;
        });
        for (Charge charge : charges) {
            ApiException refusal = refused.get(charge);
            if (refusal == null) {
                charge.settlement().paid.add(name);
            } else {
                charge.settlement().refusal = refusal;
            }
        }
    }

    /// Takes back the charges of refused requests from the quotas that had accepted them.
    private void giveBack(String namespace, List<Charge> charges) {
        Map<String, ResourceList> owed = new HashMap<>();
        for (Charge charge : charges) {
            if (charge.settlement().refusal != null) {
                charge.settlement().paid.forEach(name -> owed.merge(name, charge.delta().get(name).negated(), ResourceList::plus));
            }
        }
        owed.forEach((name, amounts) -> update(namespace, name, quota -> quota.used().plus(amounts.only(quota.hard().names()))));
    }

    /// Computes the new usage from the stored quota; may be called again with a newer state.
    private interface Booking {
        ResourceList used(Quota quota);
    }

    private void update(String namespace, String name, Booking booking) {
        Consumer<ObjectNode> change = object -> {
            Quota quota = Quota.of(object);
            ResourceList used = booking.used(quota);
            if (!used.equals(quota.used())) {
                Json.child(object, "status").set("used", used.toJson());
            }
        };
        try {
            writer.get().updateStatus(type, namespace, name, SERVER, change);
        } catch (ApiException gone) {
            if (gone.code() != 404) {
                throw gone;
            }
        }
    }
}
