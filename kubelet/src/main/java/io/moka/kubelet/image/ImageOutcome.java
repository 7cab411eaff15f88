package io.moka.kubelet.image;

import io.moka.kubelet.runtime.ImageRecord;

/// What came of looking for an image.
public sealed interface ImageOutcome {

    record Present(ImageRecord image) implements ImageOutcome {
    }

    /// On its way; whoever asked is told when that has changed.
    record Pulling() implements ImageOutcome {
    }

    /// @param reason the container's waiting reason: `ErrImagePull`, `ImagePullBackOff`, `ErrImageNeverPull`, `InvalidImageName`
    record Unavailable(String reason, String message) implements ImageOutcome {
    }
}
