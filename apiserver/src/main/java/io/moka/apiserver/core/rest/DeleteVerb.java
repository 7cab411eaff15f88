package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.admission.AdmissionRequest.Operation;
import io.moka.apiserver.core.admission.Caller;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.rest.ObjectStorage.Change;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.status.Status;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.Listing;
import io.moka.apiserver.core.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Serves DELETE of one object, and of all objects that a list would return.
public final class DeleteVerb {
    private final VerbContext context;
    private final ObjectStorage storage;

    DeleteVerb(VerbContext context, ObjectStorage storage) {
        this.context = context;
        this.storage = storage;
    }

    /// Deletes one object and returns the bytes to answer with.
    byte[] delete(Exchange exchange, Target target) {
        DeleteOptions options = DeleteOptions.of(exchange);
        return delete(target, options, options.caller(exchange.user()));
    }

    public byte[] delete(Target target, DeleteOptions options, Caller caller) {
        return delete(target, options, object -> {
            var request = new AdmissionRequest(Operation.DELETE, target.type(), "", target.type().gvk(), target.namespace(), target.name(), null, object, caller);
            context.admission().mutate(request);
            context.admission().validate(request);
        });
    }

    /// @param check checks the object and may refuse by throwing
    public byte[] delete(Target target, DeleteOptions options, Consumer<ObjectNode> check) {
        Strategy strategy = context.strategies().of(target.type());
        AtomicBoolean removed = new AtomicBoolean();
        byte[] left = storage.update(target, options.dryRun(), current -> {
            options.requirePreconditions(target, current.object());
            check.accept(current.object());
            Change change = Deletion.decide(strategy, current, options, context.clock().instant());
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

    /// Deletes the objects that the selectors match; returns the body of a list of them, in their state before.
    List<byte[]> deleteCollection(Exchange exchange, Target target) {
        DeleteOptions options = DeleteOptions.of(exchange);
        Selection selection = Selection.of(target.type(), context.caches().of(target.type()).type(), exchange.query());
        context.caches().awaitFresh();
        Listing listing = context.caches().of(target.type()).list(target.scope(), "", 0, 0, selection, selection.selectsAll()).orElseThrow();
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
