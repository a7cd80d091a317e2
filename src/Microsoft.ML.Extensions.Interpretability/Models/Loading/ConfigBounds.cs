using Microsoft.ML.Extensions.Pretrained;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Checks the configuration of a transformer from a file.</summary>
internal static class ConfigBounds
{
    /// <summary>Checks the sizes, before anything is allocated.</summary>
    /// <exception cref="FormatException">Something is out of range; the message names the file and everything that is.</exception>
    public static TransformerConfig Checked(this JsonConfig json, TransformerConfig config) => Checked(config, json.Path);

    /// <exception cref="FormatException">Something is out of range; the message names the file and everything that is.</exception>
    public static TransformerConfig Checked(TransformerConfig config, string path) =>
        ConfigCheck.Within(config, path, "transformer");
}
