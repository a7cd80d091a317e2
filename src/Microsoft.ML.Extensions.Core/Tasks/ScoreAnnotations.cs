using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>The annotations by which ML.NET's tools recognise score columns.</summary>
internal static class ScoreAnnotations
{
    public static DataViewSchema.Annotations.Builder For(string scoreKind, string valueKind)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("ScoreColumnKind", TextDataViewType.Instance, scoreKind.AsMemory());
        annotations.AddPrimitiveValue("ScoreValueKind", TextDataViewType.Instance, valueKind.AsMemory());
        return annotations;
    }
}
