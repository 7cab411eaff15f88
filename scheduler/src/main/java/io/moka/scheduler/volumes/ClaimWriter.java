package io.moka.scheduler.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.moka.machinery.client.ApiClient;

/// Writes the decisions of [VolumeBinding] to claims and volumes. Both calls fail if the object has changed since.
public interface ClaimWriter {

    PersistentVolume update(PersistentVolume volume);

    PersistentVolumeClaim update(PersistentVolumeClaim claim);

    static ClaimWriter of(ApiClient client) {
        var volumes = client.resources(PersistentVolume.class);
        var claims = client.resources(PersistentVolumeClaim.class);
        return new ClaimWriter() {
            @Override
            public PersistentVolume update(PersistentVolume volume) {
                return volumes.update(volume);
            }

            @Override
            public PersistentVolumeClaim update(PersistentVolumeClaim claim) {
                return claims.update(claim);
            }
        };
    }
}
