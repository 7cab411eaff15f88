package io.moka.kubelet.volume;

/// A volume could not be set up (yet); the message is what the pod's event says.
public final class VolumeFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    VolumeFailure(String volume, String why) {
        super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
    }
}
