namespace Microsoft.ML.Extensions.Samples;

/// <summary>Reads saved models.</summary>
public static class ModelFile
{
    /// <summary>Loads a model that a sample or another program saved.</summary>
    /// <exception cref="UsageException">The file is not a model, or is damaged.</exception>
    public static ITransformer Load(MLContext ml, string path)
    {
        try
        {
            return ml.Model.Load(path, out _);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            // ML.NET's message contains neither the file nor, if it is not a model, the expected content.
            throw new UsageException($"--load: '{path}' cannot be read as a model. {ErrorLine.Reason(error)}");
        }
    }
}
