using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>A network whose weights have shapes that depend on the training data, such as one row for each training row.</summary>
internal interface ISizedByData
{
    /// <summary>Called before saved weights are read, with their shapes.</summary>
    void MakeRoom(IReadOnlyDictionary<string, long[]> shapes);

    /// <summary>Called after saved weights were read.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="outputs">The outputs a row.</param>
    /// <exception cref="FormatException">The weights do not belong to such a network.</exception>
    void CheckLoaded(InputColumn input, int outputs);
}
