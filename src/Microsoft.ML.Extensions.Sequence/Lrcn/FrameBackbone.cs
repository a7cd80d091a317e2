namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The convolutional network that is applied to each frame.</summary>
public enum FrameBackbone
{
    /// <summary>Three convolutions of 3 x 3, each with batch norm, ReLU and pooling: for small frames and small sets.</summary>
    Small,

    /// <summary>ResNet-18 (He et al. 2015, arXiv 1512.03385).</summary>
    ResNet18,

    /// <summary>ResNet-34 (He et al. 2015, arXiv 1512.03385).</summary>
    ResNet34,
}
