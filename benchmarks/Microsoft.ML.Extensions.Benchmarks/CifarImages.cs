using System.IO.Compression;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A part of CIFAR-10 (Krizhevsky 2009): files in a folder for each of ten classes.</summary>
internal static class CifarImages
{
    /// <summary>The images of a part, <c>train</c> or <c>test</c>, resized to <c>[3, side, side]</c>; null if the files are not available.</summary>
    public static IDataView? Load(MLContext ml, string part, int side)
    {
        if (SharedData.Find($"cifar10_subset/{part}.zip") is not { } path)
        {
            return null;
        }
        using var zip = ZipFile.OpenRead(path);
        var files = zip.Entries.Where(entry => entry.Name.Length > 0).ToLookup(entry => Path.GetFileName(Path.GetDirectoryName(entry.FullName)!));
        string[] classes = [.. files.Select(group => group.Key).Order(StringComparer.Ordinal)];
        var reader = new PixelReader(new FrameShape(3, side, side));
        var rows = classes.SelectMany((name, label) => files[name].Select(entry => new ClassifiedSeries
        {
            Features = PictureRow.Pixels(entry, reader, 3 * side * side),
            Label = (uint)label,
        })).ToList();
        return ClassifiedSeries.View(ml, rows, [3, side, side]);
    }
}
