package io.moka.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.moka.machinery.informer.Lister;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The services and their endpoint slices as the loop reads them.
interface ServiceView {

    List<ObjectKey> keys();

    /// The service, or null where there is none.
    @Nullable Service service(ObjectKey key);

    List<EndpointSlice> slices(ObjectKey service);

    /// The view of two informers' caches; the slices are indexed by `namespace/name` of their service.
    static ServiceView of(Lister<Service> services, Lister<EndpointSlice> slices, String index) {
        return new ServiceView() {
            @Override
            public List<ObjectKey> keys() {
                return services.list().stream().map(ObjectKey::of).toList();
            }

            @Override
            public @Nullable Service service(ObjectKey key) {
                return services.get(key);
            }

            @Override
            public List<EndpointSlice> slices(ObjectKey service) {
                return slices.byIndex(index, service.toString());
            }
        };
    }
}
