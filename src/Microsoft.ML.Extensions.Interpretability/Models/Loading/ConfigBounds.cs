namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a file says of a transformer's shape, held against what is allowed.</summary>
internal static class ConfigBounds
{
    /// <exception cref="FormatException">Something is out of bounds; the message names the file and all that is.</exception>
    public static TransformerConfig Checked(TransformerConfig config, string path)
    {
        try
        {
            OptionsValidation.Validate(config);
            return config;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{path}' describes no transformer that can be made. {e.Message}", e);
        }
    }
}
