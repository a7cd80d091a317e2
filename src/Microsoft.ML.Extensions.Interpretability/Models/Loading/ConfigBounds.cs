using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a file says of a transformer's shape, held against what is allowed.</summary>
internal static class ConfigBounds
{
    /// <summary>A configuration within its bounds, so that nothing is made for sizes that cannot be.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static TransformerConfig Checked(this JsonConfig json, TransformerConfig config) => Checked(config, json.Path);

    /// <exception cref="FormatException">Something is out of bounds; the message names the file and all that is.</exception>
    public static TransformerConfig Checked(TransformerConfig config, string path) =>
        ConfigCheck.Within(config, path, "transformer");
}
