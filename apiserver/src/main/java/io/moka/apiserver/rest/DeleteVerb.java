package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.admission.AdmissionRequest;
import io.moka.apiserver.admission.AdmissionRequest.Operation;
import io.moka.apiserver.admission.Caller;
import io.moka.apiserver.http.Exchange;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.rest.ObjectStorage.Change;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.status.Status;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.Listing;
import io.moka.apiserver.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// DELETE, of one object or of all that a list would show.
final class DeleteVerb {
    private final Registry registry;
    private final ObjectStorage storage;

    DeleteVerb(Registry registry, ObjectStorage storage) {
        this.registry = registry;
        this.storage = storage;
    }

    /// Deletes one object and returns the bytes to answer with.
    byte[] delete(Exchange exchange, Target target) {
        DeleteOptions options = DeleteOptions.of(exchange);
        return delete(target, options, options.caller(exchange.user()));
    }

    byte[] delete(Target target, DeleteOptions options, Caller caller) {
        return delete(target, options, object -> {
            var request = new AdmissionRequest(Operation.DELETE, target.type(), "", target.type().gvk(), target.namespace(), target.name(), null, object, caller);
            registry.admission().mutate(request);
            registry.admission().validate(request);
        });
    }

    /// @param check may refuse by throwing
    byte[] delete(Target target, DeleteOptions options, Consumer<ObjectNode> check) {
        Strategy strategy = registry.strategies().of(target.type());
        AtomicBoolean removed = new AtomicBoolean();
        byte[] left = storage.update(target, options.dryRun(), current -> {
            options.requirePreconditions(target, current.object());
            check.accept(current.object());
            Change change = Deletion.decide(strategy, current, options, registry.clock().instant());
            removed.set(change instanceof Change.Remove);
            return change;
        });
        return removed.get() && !strategy.returnsDeleted() ? Json.write(gone(target, left)) : left;
    }

    private static ObjectNode gone(Target target, byte[] last) {
        String uid = Json.uid(Json.read(last));
        var details = new Status.Details(target.type().group(), target.type().plural(), target.name(), uid, List.of(), 0);
        ObjectNode status = new Status(200, "", "", details).toJson();
        status.remove("code");
        return status;
    }

    /// Deletes what the selectors choose; returns the list of what was there.
    List<byte[]> deleteCollection(Exchange exchange, Target target) {
        DeleteOptions options = DeleteOptions.of(exchange);
        Selection selection = Selection.of(target.type(), registry.caches().of(target.type()).type(), exchange.query());
        registry.caches().awaitFresh();
        Listing listing = registry.caches().of(target.type()).list(target.scope(), "", 0, 0, selection, selection.selectsAll()).orElseThrow();
        List<CachedObject> deleted = new ArrayList<>();
        for (CachedObject object : listing.objects()) {
            try {
                delete(new Target(target.type(), object.namespace(), object.name(), ""), options, options.caller(exchange.user()));
                deleted.add(object);
            } catch (ApiException failure) {
                if (failure.code() != 404) {
                    throw failure;
                }
            }
        }
        return ListBody.parts(target.type(), new Listing(deleted, listing.revision(), false, 0), "");
    }
}
