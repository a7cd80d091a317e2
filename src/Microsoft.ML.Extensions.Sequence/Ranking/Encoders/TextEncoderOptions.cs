using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a <see cref="TextEncoder"/> is loaded: what is null is as the folder says.</summary>
public sealed class TextEncoderOptions
{
    /// <summary>How tokens become one vector; where the folder does not say it either, their mean.</summary>
    public TextPooling? Pooling { get; set; }

    /// <summary>Whether vectors have length 1; where the folder does not say it either, they have.</summary>
    public bool? Normalize { get; set; }

    /// <summary>The most tokens of a text, <c>[CLS]</c> and <c>[SEP]</c> among them; what is too much goes from its end. At most what the encoder has positions for.</summary>
    [Range(2, 1 << 20)]
    public int? MaxTokens { get; set; }

    /// <summary>The GPU to compute on; null for the CPU.</summary>
    [Range(0, int.MaxValue)]
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the CPU serves where that GPU is not there.</summary>
    public bool FallbackToCpu { get; set; }
}
