namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The steps of a pipeline before a network.</summary>
internal static class ModelSteps
{
    /// <summary>The data after those steps that find their columns in it; the others are for columns that it does not have.</summary>
    public static IDataView Apply(IEnumerable<ITransformer> steps, IDataView data)
    {
        foreach (var step in steps)
        {
            data = Reads(step, data.Schema) ? step.Transform(data) : data;
        }
        return data;
    }

    // ML.NET and this package report a missing column by this exception.
    private static bool Reads(ITransformer step, DataViewSchema schema)
    {
        try
        {
            _ = step.GetOutputSchema(schema);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
