package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.Owners;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The objects of one kind that owners of another kind control: the pods of a ReplicaSet, the ReplicaSets of a Deployment, the revisions of a StatefulSet.
/// An object that the owner claims and that has no controller is adopted; one that the owner no longer claims is released.
///
/// Follows upstream's `BaseControllerRefManager`.
public final class OwnedObjects<T extends HasMetadata, C extends HasMetadata> {

    /// The rule by which an owner claims objects.
    ///
    /// @param selector of the objects' labels
    /// @param mayClaim a further condition on a selected object
    /// @param finalizers given to an adopted object, taken from a released one
    public record Claims<T, C>(Function<T, LabelSelector> selector, BiPredicate<T, C> mayClaim, List<String> finalizers) {

        public Claims(Function<T, LabelSelector> selector) {
            this(selector, (owner, object) -> true, List.of());
        }
    }

    private final Claims<T, C> claims;
    private final Lister<C> objects;
    private final Resources<C> writer;
    private final Resources<T> owners;

    public OwnedObjects(ControllerContext context, Class<T> ownerType, Class<C> type, Claims<T, C> claims) {
        this.claims = claims;
        this.objects = context.informers().of(type).index(Informers.BY_CONTROLLER, Informers::controllerOf).lister();
        this.writer = context.client().resources(type);
        this.owners = context.client().resources(ownerType);
    }

    /// Returns all objects of the owner, including those that are being deleted. An owner that is being deleted adopts and releases nothing.
    ///
    /// @throws ApiException where an adoption or release is refused for another reason than that the object is gone or has changed
    public List<C> claim(T owner) {
        boolean going = owner.getMetadata().getDeletionTimestamp() != null;
        var selector = claims.selector().apply(owner);
        var claimed = new ArrayList<C>();
        for (var object : of(owner)) {
            if (claims(owner, selector, object)) {
                claimed.add(object);
            } else if (!going) {
                release(owner, object);
            }
        }
        if (!going) {
            adoptOrphans(owner, selector, claimed);
        }
        return claimed;
    }

    /// The objects that the cache shows as the owner's, whatever its selector says now.
    public List<C> of(T owner) {
        return objects.byIndex(Informers.BY_CONTROLLER, owner.getMetadata().getUid());
    }

    private boolean claims(T owner, LabelSelector selector, C object) {
        return selector.matches(object.getMetadata().getLabels()) && claims.mayClaim().test(owner, object);
    }

    private void adoptOrphans(T owner, LabelSelector selector, List<C> claimed) {
        Boolean exists = null;
        for (var orphan : objects.byIndex(Informers.BY_CONTROLLER, Informers.orphansOf(owner.getMetadata().getNamespace()))) {
            if (orphan.getMetadata().getDeletionTimestamp() != null || !claims(owner, selector, orphan)) {
                continue;
            }
            exists = exists == null ? stillExists(owner) : exists;
            var adopted = exists ? adopt(owner, orphan) : null;
            if (adopted != null) {
                claimed.add(adopted);
            }
        }
    }

    /// Asks the server, not the cache: an orphan must not be given to an owner that is going.
    private boolean stillExists(T owner) {
        var fresh = owners.find(owner.getMetadata().getNamespace(), owner.getMetadata().getName());
        return fresh != null && fresh.getMetadata().getUid().equals(owner.getMetadata().getUid()) && fresh.getMetadata().getDeletionTimestamp() == null;
    }

    private @Nullable C adopt(T owner, C orphan) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("uid", orphan.getMetadata().getUid());
        metadata.put("ownerReferences", List.of(Owners.controlledBy(owner)));
        if (!claims.finalizers().isEmpty()) {
            metadata.put("finalizers", claims.finalizers());
        }
        return patched(orphan, metadata);
    }

    /// Takes the owner's reference and finalizers from an object.
    public void release(T owner, C object) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("uid", object.getMetadata().getUid());
        metadata.put("ownerReferences", List.of(Map.of("$patch", "delete", "uid", owner.getMetadata().getUid())));
        if (!claims.finalizers().isEmpty()) {
            metadata.put("$deleteFromPrimitiveList/finalizers", claims.finalizers());
        }
        patched(object, metadata);
    }

    /// The object as it is now; null where it is gone, or another object has its name.
    private @Nullable C patched(C object, Map<String, Object> metadata) {
        try {
            return writer.patch(object.getMetadata().getNamespace(), object.getMetadata().getName(), PatchType.STRATEGIC, Map.of("metadata", metadata));
        } catch (ApiException e) {
            if (e.isNotFound() || e.code() == 422) {
                return null;
            }
            throw e;
        }
    }
}
