using Microsoft.ML.Extensions.Torch;

// NativeRepair libLibTorchSharp.so copy.so: the copy does without the need for a newer libstdc++ that the library has only in name.
if (args is not [var original, var copy])
{
    Console.Error.WriteLine("usage: NativeRepair libLibTorchSharp.so copy.so");
    return 1;
}
try
{
    var image = File.ReadAllBytes(original);
    File.WriteAllBytes(copy, ElfVersionNeed.Relax(image) ?? image);
    return 0;
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    // The form in which MSBuild takes a line for an error of the build.
    Console.Error.WriteLine($"NativeRepair : error MLX0001: '{original}' could not be repaired: {e.Message}");
    return 1;
}
