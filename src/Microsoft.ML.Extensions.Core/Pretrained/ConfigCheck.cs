namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>Checks the sizes that a model's file states, before anything is allocated.</summary>
internal static class ConfigCheck
{
    /// <param name="config">The sizes.</param>
    /// <param name="path">The file.</param>
    /// <param name="model">The kind of model, such as "transformer".</param>
    /// <exception cref="FormatException">Something is out of range; the message names the file and everything that is.</exception>
    public static TConfig Within<TConfig>(TConfig config, string path, string model) where TConfig : class
    {
        try
        {
            OptionsValidation.Validate(config);
            return config;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{path}' describes no {model} that can be made. {e.Message}", e);
        }
    }
}
