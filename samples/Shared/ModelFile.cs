namespace Microsoft.ML.Extensions.Samples;

/// <summary>Reads saved models.</summary>
public static class ModelFile
{
    /// <summary>The model that a sample or another program saved.</summary>
    /// <exception cref="UsageException">The file is no model, or damaged.</exception>
    public static ITransformer Load(MLContext ml, string path)
    {
        try
        {
            return ml.Model.Load(path, out _);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException))
        {
            // ML.NET's message names neither the file nor, for a file that is no model, what it should have been.
            throw new UsageException($"--load: '{path}' cannot be read as a model. {ErrorLine.Reason(error)}");
        }
    }
}
