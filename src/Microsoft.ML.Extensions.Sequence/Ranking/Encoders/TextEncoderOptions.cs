using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of loading a <see cref="TextEncoder"/>. Null means the folder's setting.</summary>
public sealed class TextEncoderOptions
{
    /// <summary>How token vectors become one vector; the mean where the folder has no setting.</summary>
    public TextPooling? Pooling { get; set; }

    /// <summary>Whether vectors are normalised to length 1; true where the folder has no setting.</summary>
    public bool? Normalize { get; set; }

    /// <summary>
    /// The most tokens of a text, including <c>[CLS]</c> and <c>[SEP]</c>; longer texts are truncated at the end. At most the encoder's
    /// number of positions.
    /// </summary>
    [Range(2, 1 << 20)]
    public int? MaxTokens { get; set; }

    /// <summary>The GPU to compute on; null for the CPU.</summary>
    [Range(0, int.MaxValue)]
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether to use the CPU where that GPU is not available.</summary>
    public bool FallbackToCpu { get; set; }
}
