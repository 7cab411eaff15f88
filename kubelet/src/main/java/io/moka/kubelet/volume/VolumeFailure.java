package io.moka.kubelet.volume;

/// Thrown when a volume could not be set up at present; the pod's event has the same message.
public final class VolumeFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    VolumeFailure(String volume, String why) {
        super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
    }
}
