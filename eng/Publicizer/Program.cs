// Publicizer LIST OUTPUT_FOLDER ASSEMBLY...
// Copies each assembly to the output folder and makes the types that LIST names for it public, with their methods and fields.
// LIST has a line "assembly: full type name" a type; a name that matches nothing is an error.
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: Publicizer LIST OUTPUT_FOLDER ASSEMBLY...");
    return 1;
}

var wanted = File.ReadLines(args[0])
    .Where(line => line.Contains(':'))
    .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
    .ToLookup(parts => parts[0], parts => parts[1]);

foreach (var path in args.Skip(2))
{
    var names = wanted[Path.GetFileNameWithoutExtension(path)].ToHashSet();
    var image = File.ReadAllBytes(path);
    Publicize(image, names);
    if (names.Count > 0)
    {
        Console.Error.WriteLine(
            $"Publicizer: error: {Path.GetFileName(path)} has no type {string.Join(", ", names)}; check the list in {args[0]}.");
        return 1;
    }
    File.WriteAllBytes(Path.Combine(args[1], Path.GetFileName(path)), image);
}
return 0;

// Removes from names what it found.
static void Publicize(byte[] image, HashSet<string> names)
{
    using var pe = new PEReader(new MemoryStream(image, writable: false));
    var reader = pe.GetMetadataReader();
    var metadata = pe.PEHeaders.MetadataStartOffset;

    void Flip(TableIndex table, int row, int flagsColumn, int flagsSize, int mask, int value)
    {
        var at = metadata + reader.GetTableMetadataOffset(table) + (row - 1) * reader.GetTableRowSize(table) + flagsColumn;
        var flags = flagsSize == 4 ? BitConverter.ToInt32(image, at) : BitConverter.ToUInt16(image, at);
        flags = (flags & ~mask) | value;
        BitConverter.GetBytes(flags).AsSpan(0, flagsSize).CopyTo(image.AsSpan(at));
    }

    foreach (var handle in reader.TypeDefinitions)
    {
        var type = reader.GetTypeDefinition(handle);
        if (!names.Remove(FullName(reader, type)))
        {
            continue;
        }
        var visibility = type.IsNested ? TypeAttributes.NestedPublic : TypeAttributes.Public;
        Flip(TableIndex.TypeDef, MetadataTokens.GetRowNumber(handle), 0, 4, (int)TypeAttributes.VisibilityMask, (int)visibility);
        foreach (var method in type.GetMethods())
        {
            Flip(TableIndex.MethodDef, MetadataTokens.GetRowNumber(method), 6, 2, (int)MethodAttributes.MemberAccessMask,
                (int)MethodAttributes.Public);
        }
        foreach (var field in type.GetFields())
        {
            // A private field that backs an event has the event's name: public, the two would be ambiguous.
            if (!type.GetEvents().Any(e => reader.GetEventDefinition(e).Name == reader.GetFieldDefinition(field).Name))
            {
                Flip(TableIndex.Field, MetadataTokens.GetRowNumber(field), 0, 2, (int)FieldAttributes.FieldAccessMask,
                    (int)FieldAttributes.Public);
            }
        }
    }
}

static string FullName(MetadataReader reader, TypeDefinition type)
{
    var name = reader.GetString(type.Name);
    if (type.IsNested)
    {
        return $"{FullName(reader, reader.GetTypeDefinition(type.GetDeclaringType()))}+{name}";
    }
    var space = reader.GetString(type.Namespace);
    return space.Length == 0 ? name : $"{space}.{name}";
}
