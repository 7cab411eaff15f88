package io.moka.kubelet.source;

/// Something that a pod refers to is not there (yet); trying later may help.
public final class MissingSource extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MissingSource(String message) {
        super(message);
    }
}
