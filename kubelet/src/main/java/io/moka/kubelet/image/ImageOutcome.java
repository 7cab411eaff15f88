package io.moka.kubelet.image;

import io.moka.kubelet.runtime.ImageRecord;

/// The result of a request for an image.
public sealed interface ImageOutcome {

    record Present(ImageRecord image) implements ImageOutcome {
    }

    /// The image is being pulled; the requester is notified when that has ended.
    record Pulling() implements ImageOutcome {
    }

    /// @param reason the container's waiting reason: `ErrImagePull`, `ImagePullBackOff`, `ErrImageNeverPull`, `InvalidImageName`
    record Unavailable(String reason, String message) implements ImageOutcome {
    }
}
